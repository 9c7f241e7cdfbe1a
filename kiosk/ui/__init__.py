"""What the citizen sees and touches: the only place that knows Kivy. `start.prepare` must run before anything else here
opens a window."""
