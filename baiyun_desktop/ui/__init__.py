"""The desk's window: PySide6 Widgets that read declarations and frozen values, and decide nothing themselves."""
