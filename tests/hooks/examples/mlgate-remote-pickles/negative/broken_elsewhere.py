print("no loader of programs here")
