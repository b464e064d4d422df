"""The ordering half: one door for rounds, a web application before it, and the files and tables behind it."""
