"""A boundary dispute from the first file to the signed copy, one module a step; no screen.

opening     start a case, take it up again, put it away
plots       find the two plots: by number, holder or name
material    what people bring: files, lines, recorded points, each with its accuracy
reading     what is inside the files, read once; a reading that lies on no map is refused
suggesting  what names and formats suggest; siding on which side of a line its claimant lives
finding     what the lines say: stretches, verdicts, proposals
noting      who uses a patch, how another number is explained (explaining)
joining     whose land touches the line, and who came
choosing    a proposal, a line drawn by hand, or an arrangement that is no line
handwork    the line adjusted by hand, every change kept and undone
papers      the package; issuing takes it out again and closes a case without agreement
signing     the signed copy, the change of the plots, reopening, the hand-over file; outcome the plots before and after
picture     all of it as map layers; progress the step a case is at; tracing who did what; facts the records' names
"""
