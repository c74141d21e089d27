"""What whoever runs the app looks at: its log, whether it is well, and its numbers."""
