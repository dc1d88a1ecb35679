BEGIN TRANSACTION;
CREATE TABLE changes (job TEXT PRIMARY KEY, seq INTEGER NOT NULL, change TEXT NOT NULL);
INSERT INTO "changes" VALUES('2f3a35fbc5bb449cb02be4e20073cdae',21,'changed');
INSERT INTO "changes" VALUES('8652d4cb53f141008ceb95ae9e79e7f2',34,'changed');
INSERT INTO "changes" VALUES('099f7c529d0840478a2dad2b42bbba2f',52,'removed');
INSERT INTO "changes" VALUES('d7a6130d292a44daa3bea303a28b2b1b',60,'changed');
INSERT INTO "changes" VALUES('64ebe28c15a6432791913e0fb329715d',56,'added');
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, cell INTEGER,
    text TEXT, titles TEXT, seconds REAL, memory INTEGER
);
INSERT INTO "events" VALUES(1,'2f3a35fbc5bb449cb02be4e20073cdae','2026-11-23T00:36:12.111527Z','planned',NULL,NULL,'["rows = 3", "# Parameters", "print(rows)"]',NULL,NULL);
INSERT INTO "events" VALUES(2,'2f3a35fbc5bb449cb02be4e20073cdae','2026-11-23T00:36:14.874637Z','started',1,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES(3,'2f3a35fbc5bb449cb02be4e20073cdae','2026-11-23T00:36:14.908165Z','done',1,NULL,NULL,0.0335,53555200);
INSERT INTO "events" VALUES(4,'2f3a35fbc5bb449cb02be4e20073cdae','2026-11-23T00:36:14.942729Z','started',2,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES(5,'2f3a35fbc5bb449cb02be4e20073cdae','2026-11-23T00:36:14.981077Z','done',2,NULL,NULL,0.0383,53555200);
INSERT INTO "events" VALUES(6,'2f3a35fbc5bb449cb02be4e20073cdae','2026-11-23T00:36:14.981528Z','started',3,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES(7,'2f3a35fbc5bb449cb02be4e20073cdae','2026-11-23T00:36:15.041807Z','output',3,'5
',NULL,NULL,NULL);
INSERT INTO "events" VALUES(8,'2f3a35fbc5bb449cb02be4e20073cdae','2026-11-23T00:36:15.041845Z','done',3,NULL,NULL,0.0603,53567488);
INSERT INTO "events" VALUES(9,'8652d4cb53f141008ceb95ae9e79e7f2','2026-11-23T00:36:20.862312Z','planned',NULL,NULL,'["1/0"]',NULL,NULL);
INSERT INTO "events" VALUES(10,'8652d4cb53f141008ceb95ae9e79e7f2','2026-11-23T00:36:23.334915Z','started',1,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES(11,'8652d4cb53f141008ceb95ae9e79e7f2','2026-11-23T00:36:23.639291Z','output',1,'---------------------------------------------------------------------------
ZeroDivisionError                         Traceback (most recent call last)
Cell In[1], line 1
----> 1 1/0

ZeroDivisionError: division by zero
',NULL,NULL,NULL);
INSERT INTO "events" VALUES(12,'8652d4cb53f141008ceb95ae9e79e7f2','2026-11-23T00:36:23.639339Z','failed',1,'ZeroDivisionError: division by zero',NULL,0.3044,54734848);
INSERT INTO "events" VALUES(19,'d7a6130d292a44daa3bea303a28b2b1b','2026-11-23T00:36:32.587582Z','planned',NULL,NULL,'["import time; time.sleep(60)"]',NULL,NULL);
CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, spec TEXT NOT NULL, name TEXT NOT NULL,
    state TEXT NOT NULL, attempt INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL, started_at TEXT, ended_at TEXT,
    stop_requested_at TEXT, heartbeat_at TEXT,
    cells_total INTEGER NOT NULL DEFAULT 0, cells_done INTEGER NOT NULL DEFAULT 0,
    cell INTEGER, error TEXT, output TEXT NOT NULL, log_path TEXT NOT NULL, source_digest TEXT NOT NULL,
    host TEXT, pid INTEGER, pid_created REAL, kernel_pid INTEGER, kernel_created REAL
);
INSERT INTO "jobs" VALUES(1,'2f3a35fbc5bb449cb02be4e20073cdae','{"notebook":"a.ipynb","parameters":{"rows":5},"kernel":null,"name":null,"cell_timeout":null}','a','succeeded',1,'2026-11-23T00:36:08.295599Z','2026-11-23T00:36:08.298019+00:00','2026-11-23T00:36:16.419893+00:00',NULL,'2026-11-23T00:36:16.419893+00:00',3,3,NULL,NULL,'jobs/a-20261123-003608-2f3a/a.ipynb','jobs/a-20261123-003608-2f3a/log.txt','e52babbcccfca26a37fec167699764f3d2e7c8c0b3b830c4f44c331ea179c627','vm',31392,1795394168.24,31498,1795394172.26);
INSERT INTO "jobs" VALUES(2,'8652d4cb53f141008ceb95ae9e79e7f2','{"notebook":"b.ipynb","parameters":{},"kernel":null,"name":null,"cell_timeout":null}','b','failed',1,'2026-11-23T00:36:16.455962Z','2026-11-23T00:36:16.456523+00:00','2026-11-23T00:36:24.797882+00:00',NULL,'2026-11-23T00:36:24.797882+00:00',1,0,NULL,'{"cell":1,"name":"ZeroDivisionError","message":"division by zero","traceback":"---------------------------------------------------------------------------\nZeroDivisionError                         Traceback (most recent call last)\nCell In[1], line 1\n----> 1 1/0\n\nZeroDivisionError: division by zero"}','jobs/b-20261123-003616-8652/b.ipynb','jobs/b-20261123-003616-8652/log.txt','26020c9e2388865e2c90d36aa5aa84c66fc1026a06b933b57895d6589446bb96','vm',31623,1795394176.38,31665,1795394181.13);
INSERT INTO "jobs" VALUES(4,'d7a6130d292a44daa3bea303a28b2b1b','{"notebook":"c.ipynb","parameters":{},"kernel":null,"name":null,"cell_timeout":null}','c','running',1,'2026-11-23T00:36:30.158632Z','2026-11-23T00:36:30.159157+00:00',NULL,NULL,'2026-11-23T00:36:32.588286+00:00',1,0,NULL,NULL,'jobs/c-20261123-003630-d7a6/c.ipynb','jobs/c-20261123-003630-d7a6/log.txt','e3e7fe70a33fab721248ffae7e8542b962be7fc06f65c723d9649cda8a33f7d5','vm',31973,1795394190.08,32006,1795394192.65);
INSERT INTO "jobs" VALUES(5,'64ebe28c15a6432791913e0fb329715d','{"notebook":"a.ipynb","parameters":{"rows":7},"kernel":null,"name":null,"cell_timeout":null}','a','queued',0,'2026-11-23T00:36:30.186541Z',NULL,NULL,NULL,NULL,0,0,NULL,NULL,'jobs/a-20261123-003630-64eb/a.ipynb','jobs/a-20261123-003630-64eb/log.txt','e52babbcccfca26a37fec167699764f3d2e7c8c0b3b830c4f44c331ea179c627',NULL,NULL,NULL,NULL,NULL);
CREATE INDEX jobs_by_state ON jobs (state, seq);
CREATE INDEX events_by_job ON events (job, seq);
CREATE INDEX changes_by_seq ON changes (seq);
CREATE TRIGGER jobs_INSERT AFTER INSERT ON jobs BEGIN
    INSERT INTO changes VALUES (NEW.id, (SELECT coalesce(max(seq), 0) + 1 FROM changes), 'added')
    ON CONFLICT (job) DO UPDATE SET seq = excluded.seq, change = excluded.change;
END;
CREATE TRIGGER jobs_UPDATE AFTER UPDATE ON jobs BEGIN
    INSERT INTO changes VALUES (NEW.id, (SELECT coalesce(max(seq), 0) + 1 FROM changes), 'changed')
    ON CONFLICT (job) DO UPDATE SET seq = excluded.seq, change = excluded.change;
END;
CREATE TRIGGER jobs_DELETE AFTER DELETE ON jobs BEGIN
    INSERT INTO changes VALUES (OLD.id, (SELECT coalesce(max(seq), 0) + 1 FROM changes), 'removed')
    ON CONFLICT (job) DO UPDATE SET seq = excluded.seq, change = excluded.change;
END;
CREATE TRIGGER events_INSERT AFTER INSERT ON events BEGIN
    INSERT INTO changes VALUES (NEW.job, (SELECT coalesce(max(seq), 0) + 1 FROM changes), 'changed')
    ON CONFLICT (job) DO UPDATE SET seq = excluded.seq, change = excluded.change;
END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('jobs',5);
INSERT INTO "sqlite_sequence" VALUES('events',19);
COMMIT;