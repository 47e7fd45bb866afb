"""Files, records and documents: importing, exporting, the store, documents, rule sets, demo township."""
