"""初始模板: what a new installation starts from, until the office puts its own editions into force."""
