"""A boundary dispute from the first file to the signed copy, one module a step; no screen.

opening     start a case, take it up again, put it away
material    what people bring: files, lines, recorded points, each with its accuracy
finding     what the lines say: stretches, verdicts, proposals
joining     whose land touches the line, and who came
choosing    a proposal, a line drawn by hand, or an arrangement that is no line
papers      the package
signing     the signed copy, the change of the plots, reopening, the hand-over file
"""
