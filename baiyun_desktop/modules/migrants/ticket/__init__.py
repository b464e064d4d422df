"""一站式窗口: one counter takes in whatever somebody comes for, and answers for it until it is done or rightly placed."""
