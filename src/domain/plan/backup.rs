//! Plans for backups: made, brought back, proved, removed, scheduled.
