"""What the pages share: chapter frame, data entry, tables, text and figures."""
