"""The central platform: rules, store with one writer, HTTP skin. The arbiter of numbers, cards and cases."""
