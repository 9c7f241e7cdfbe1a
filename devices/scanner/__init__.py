"""A barcode and QR scanner on a serial line. The smallest machine of the cabinet, and the example of docs/driver.md."""
