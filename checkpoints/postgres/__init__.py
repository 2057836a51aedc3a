"""The store on PostgreSQL, where any number of processes on any number of machines work on the same cases."""
