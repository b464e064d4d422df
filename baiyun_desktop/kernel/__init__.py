"""What a governed record is: declared once here, read by table, form, list, search, sync, paper and import alike."""
