"""The cabinet around the screen: lights that follow the prompt, doors and tamper that close the terminal, mains that go."""
