"""What tests, benchmarks and pictures share: a running app and a browser."""
