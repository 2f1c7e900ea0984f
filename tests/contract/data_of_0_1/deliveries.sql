BEGIN TRANSACTION;
CREATE TABLE dead_messages (
        id INTEGER PRIMARY KEY,
        body TEXT NOT NULL,
        died_at REAL NOT NULL
    );
CREATE TABLE messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        body TEXT NOT NULL,
        visible_at REAL NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        receipt TEXT
    );
INSERT INTO "messages" VALUES(1,'{"kind":"delivery","hook":"hook_01M8NPAQNV1V7SXBP90WCQ60ZD","delivery":"msg_01M8NPAQR6EYHCQ52XWPMEMM8Q","due":1796024453478}',1.79602439348954916005e+09,1,NULL);
INSERT INTO "messages" VALUES(2,'{"kind":"delivery","hook":"hook_01M8NPAQNV1V7SXBP90WCQ60ZD","delivery":"msg_01M8NPAR4NMSXV5T5NBVX681P0","due":1796024453877}',1.79602439387761259083e+09,0,NULL);
CREATE INDEX messages_by_visibility ON messages (visible_at, id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('messages',2);
COMMIT;
