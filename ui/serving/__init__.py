"""Who is served when: the queue of a page, long jobs in turns, threads, files, memory."""
