#pragma once

namespace cli {

class Cli;

void addRun(Cli &cli);
void addCreate(Cli &cli);
void addStart(Cli &cli); ///< start, resume and restart
void addStop(Cli &cli);
void addSuspend(Cli &cli);
void addSnapshot(Cli &cli); ///< snapshot, snapshots and restore
void addRm(Cli &cli);
void addLs(Cli &cli);
void addInspect(Cli &cli);
void addLogs(Cli &cli);
void addWait(Cli &cli);
void addAttach(Cli &cli);
void addShell(Cli &cli);
void addExec(Cli &cli);
void addPolicy(Cli &cli);
void addSync(Cli &cli);
void addFork(Cli &cli);
void addDiff(Cli &cli);
void addAccept(Cli &cli);
void addSecret(Cli &cli);
void addConfig(Cli &cli);
void addDisk(Cli &cli);
void addResize(Cli &cli);
void addImage(Cli &cli);
void addTemplate(Cli &cli);
void addDesktop(Cli &cli); ///< open and quit
void addDiagnose(Cli &cli);
void addVersion(Cli &cli);

} // namespace cli
