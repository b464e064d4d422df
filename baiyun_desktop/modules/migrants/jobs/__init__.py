"""就业服务: who looks for work, who looks for people, and why the counter thinks that the two belong together."""
