"""What goes on paper and plastic. Always `from print.x import y`: the folder's name is also a builtin's."""
