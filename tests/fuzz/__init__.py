"""Every codec under a coverage-guided fuzzer: bytes nobody meant to send must end in a value or in the codec's own error."""
