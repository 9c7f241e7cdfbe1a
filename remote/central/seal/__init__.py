"""The seal service: keys and certificates of whoever certifies, the code on the paper, the signature in the PDF, what was
revoked. The terminal holds none of these keys; it is handed sealed files."""
