"""Who may do what on the console: people, roles by region, sessions, sign-in by password and TOTP or by OIDC."""
