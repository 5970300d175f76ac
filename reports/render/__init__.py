"""DOCUMENT → files: the same document model as a PDF for print and as one offline HTML page."""
