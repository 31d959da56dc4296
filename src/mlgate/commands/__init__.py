"""The commands, one module each: `add_arguments(parser)` and `execute(arguments, env) -> exit code`."""
