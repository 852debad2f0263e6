-- What is trusted of a host besides the pinned certificate: the cluster's authority and its nodes, as JSON.
ALTER TABLE host ADD COLUMN trust TEXT NOT NULL DEFAULT '{}';
