<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>ForkQuestion</name>
    <message>
        <source>Fork the sandbox</source>
        <translation>Sandbox abzweigen</translation>
    </message>
    <message>
        <source>Each copy goes on from this very moment, on its own copy of the folder.
Nothing of it reaches your folder until you bring it over.

How many copies?</source>
        <translation>Jede Kopie läuft von genau diesem Augenblick an weiter, auf ihrer eigenen Kopie des Ordners.
Nichts davon erreicht Ihren Ordner, bis Sie es übernehmen.

Wie viele Kopien?</translation>
    </message>
    <message>
        <source>Fork</source>
        <translation>Abzweigen</translation>
    </message>
</context>
<context>
    <name>core::Explanation</name>
    <message>
        <source>This cannot be done as asked</source>
        <translation>So lässt sich das nicht ausführen</translation>
    </message>
    <message>
        <source>See “paddock COMMAND --help” for what is possible.</source>
        <translation>„paddock BEFEHL --help“ zeigt, was möglich ist.</translation>
    </message>
    <message>
        <source>There is no such sandbox</source>
        <translation>Diese Sandbox gibt es nicht</translation>
    </message>
    <message>
        <source>List the sandboxes with “paddock ls”.</source>
        <translation>Zeigen Sie die Sandboxen mit „paddock ls“ an.</translation>
    </message>
    <message>
        <source>This name is taken</source>
        <translation>Dieser Name ist vergeben</translation>
    </message>
    <message>
        <source>Each sandbox has a name of its own.</source>
        <translation>Jede Sandbox hat einen eigenen Namen.</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Not possible in the sandbox&apos;s present state</source>
        <translation>Im jetzigen Zustand der Sandbox nicht möglich</translation>
    </message>
    <message>
        <source>Look at its state with “paddock ls”, and start or stop it first.</source>
        <translation>Sehen Sie mit „paddock ls“ nach ihrem Zustand, und starten oder stoppen Sie sie zuerst.</translation>
    </message>
    <message>
        <source>This folder cannot be a workspace</source>
        <translation>Dieser Ordner eignet sich nicht als Arbeitsordner</translation>
    </message>
    <message>
        <source>Choose a project folder that you can read and write.</source>
        <translation>Wählen Sie einen Projektordner, den Sie lesen und beschreiben können.</translation>
    </message>
    <message>
        <source>This agent is not known</source>
        <translation>Dieser Agent ist nicht bekannt</translation>
    </message>
    <message>
        <source>Use claude, codex, gemini, shell, or the name of a manifest of your own.</source>
        <translation>Verwenden Sie claude, codex, gemini, shell oder den Namen eines eigenen Manifests.</translation>
    </message>
    <message>
        <source>The guest image is missing</source>
        <translation>Das Gast-Abbild fehlt</translation>
    </message>
    <message>
        <source>Machines start from an image that is built once on this computer.</source>
        <translation>Maschinen starten von einem Abbild, das einmal auf diesem Rechner gebaut wird.</translation>
    </message>
    <message>
        <source>Build it with “paddock image build”.</source>
        <translation>Bauen Sie es mit „paddock image build“.</translation>
    </message>
    <message>
        <source>The guest image is damaged</source>
        <translation>Das Gast-Abbild ist beschädigt</translation>
    </message>
    <message>
        <source>A checksum differs from the one recorded when the image was built.</source>
        <translation>Eine Prüfsumme weicht von der ab, die beim Bauen festgehalten wurde.</translation>
    </message>
    <message>
        <source>Build it again with “paddock image build”.</source>
        <translation>Bauen Sie es mit „paddock image build“ neu.</translation>
    </message>
    <message>
        <source>QEMU was not found</source>
        <translation>QEMU wurde nicht gefunden</translation>
    </message>
    <message>
        <source>Sandboxes are QEMU machines.</source>
        <translation>Sandboxen sind QEMU-Maschinen.</translation>
    </message>
    <message>
        <source>Install it, on Debian and Ubuntu with “sudo apt install qemu-system-x86 qemu-utils”.</source>
        <translation>Installieren Sie es, unter Debian und Ubuntu mit „sudo apt install qemu-system-x86 qemu-utils“.</translation>
    </message>
    <message>
        <source>QEMU 8.2 or newer is needed</source>
        <translation>QEMU 8.2 oder neuer wird gebraucht</translation>
    </message>
    <message>
        <source>Update QEMU with your system&apos;s package manager.</source>
        <translation>Aktualisieren Sie QEMU mit der Paketverwaltung Ihres Systems.</translation>
    </message>
    <message>
        <source>This computer cannot accelerate virtual machines</source>
        <translation>Dieser Rechner kann virtuelle Maschinen nicht beschleunigen</translation>
    </message>
    <message>
        <source>Software emulation works, slower, and is not a promised isolation boundary.</source>
        <translation>Software-Emulation funktioniert, langsamer, und ist keine zugesicherte Isolationsgrenze.</translation>
    </message>
    <message>
        <source>Accept it with --accept-emulation, or for good with “paddock config set acceleration.accept_emulation true”.</source>
        <translation>Stimmen Sie mit --accept-emulation zu oder dauerhaft mit „paddock config set acceleration.accept_emulation true“.</translation>
    </message>
    <message>
        <source>There is not enough free memory</source>
        <translation>Es ist nicht genug Arbeitsspeicher frei</translation>
    </message>
    <message>
        <source>Suspend another one with “paddock suspend”, or give the sandbox less with --memory.</source>
        <translation>Halten Sie mit „paddock suspend“ eine andere an, oder geben Sie der Sandbox mit --memory weniger.</translation>
    </message>
    <message>
        <source>There is not enough free disk space</source>
        <translation>Es ist nicht genug Platz auf dem Datenträger frei</translation>
    </message>
    <message>
        <source>Free some space, or remove a sandbox that you do not need with “paddock rm”.</source>
        <translation>Schaffen Sie Platz, oder entfernen Sie mit „paddock rm“ eine Sandbox, die Sie nicht brauchen.</translation>
    </message>
    <message>
        <source>The machine started and did not answer</source>
        <translation>Die Maschine ist gestartet und antwortet nicht</translation>
    </message>
    <message>
        <source>Look at its console with “paddock logs SANDBOX”, then start it again.</source>
        <translation>Sehen Sie mit „paddock logs SANDBOX“ auf ihre Konsole, und starten Sie sie dann neu.</translation>
    </message>
    <message>
        <source>The machine ended by itself</source>
        <translation>Die Maschine hat sich von selbst beendet</translation>
    </message>
    <message>
        <source>Look at “paddock logs SANDBOX” and “paddock diagnose”, then start it again.</source>
        <translation>Sehen Sie sich „paddock logs SANDBOX“ und „paddock diagnose“ an, und starten Sie sie dann neu.</translation>
    </message>
    <message>
        <source>Docker did not start in the sandbox</source>
        <translation>Docker ist in der Sandbox nicht gestartet</translation>
    </message>
    <message>
        <source>Look at “paddock logs SANDBOX”, then restart the sandbox.</source>
        <translation>Sehen Sie sich „paddock logs SANDBOX“ an, und starten Sie die Sandbox dann neu.</translation>
    </message>
    <message>
        <source>The agent&apos;s program is not in the image</source>
        <translation>Das Programm des Agenten ist nicht im Abbild</translation>
    </message>
    <message>
        <source>Build the image again with “paddock image build”.</source>
        <translation>Bauen Sie das Abbild mit „paddock image build“ neu.</translation>
    </message>
    <message>
        <source>The network policy has an error</source>
        <translation>Die Netzwerkregeln enthalten einen Fehler</translation>
    </message>
    <message>
        <source>The last good policy stays in force.</source>
        <translation>Die letzten gültigen Regeln bleiben in Kraft.</translation>
    </message>
    <message>
        <source>Correct the line that is named.</source>
        <translation>Berichtigen Sie die genannte Zeile.</translation>
    </message>
    <message>
        <source>The network policy refuses this</source>
        <translation>Die Netzwerkregeln lassen das nicht zu</translation>
    </message>
    <message>
        <source>Allow it with “paddock policy allow SANDBOX DESTINATION”.</source>
        <translation>Erlauben Sie es mit „paddock policy allow SANDBOX ZIEL“.</translation>
    </message>
    <message>
        <source>Your keychain does not answer</source>
        <translation>Ihr Schlüsselbund antwortet nicht</translation>
    </message>
    <message>
        <source>There is none in this session, or it stayed locked for 10 s.</source>
        <translation>In dieser Sitzung gibt es keinen, oder er blieb 10 s lang gesperrt.</translation>
    </message>
    <message>
        <source>Unlock it, or give the key for one session with --secret SERVICE=env:VARIABLE.</source>
        <translation>Entsperren Sie ihn, oder geben Sie den Schlüssel mit --secret DIENST=env:VARIABLE für eine Sitzung an.</translation>
    </message>
    <message>
        <source>There is no key for this service</source>
        <translation>Für diesen Dienst gibt es keinen Schlüssel</translation>
    </message>
    <message>
        <source>Store it with “paddock secret set SERVICE”.</source>
        <translation>Hinterlegen Sie ihn mit „paddock secret set DIENST“.</translation>
    </message>
    <message>
        <source>The file sync has stopped and asks first</source>
        <translation>Der Dateiabgleich hat angehalten und fragt erst</translation>
    </message>
    <message>
        <source>Look at the files page, or at “paddock inspect SANDBOX”.</source>
        <translation>Sehen Sie auf der Seite „Dateien“ nach oder mit „paddock inspect SANDBOX“.</translation>
    </message>
    <message>
        <source>The sandbox does not answer</source>
        <translation>Die Sandbox antwortet nicht</translation>
    </message>
    <message>
        <source>Wait a moment: it may come back. Else use “paddock restart SANDBOX”.</source>
        <translation>Warten Sie einen Moment: Sie kommt vielleicht wieder. Sonst hilft „paddock restart SANDBOX“.</translation>
    </message>
    <message>
        <source>This took too long</source>
        <translation>Das hat zu lange gedauert</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>This is not permitted</source>
        <translation>Das ist nicht erlaubt</translation>
    </message>
    <message>
        <source>Check who owns the file or socket that is named.</source>
        <translation>Prüfen Sie, wem die genannte Datei oder der Socket gehört.</translation>
    </message>
    <message>
        <source>The configuration has an error</source>
        <translation>Die Konfiguration enthält einen Fehler</translation>
    </message>
    <message>
        <source>Correct it; “paddock diagnose” checks it.</source>
        <translation>Berichtigen Sie ihn; „paddock diagnose“ prüft sie.</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>Run the command again to go on.</source>
        <translation>Rufen Sie den Befehl noch einmal auf, um fortzufahren.</translation>
    </message>
    <message>
        <source>This did not work</source>
        <translation>Das hat nicht geklappt</translation>
    </message>
    <message>
        <source>Run “paddock diagnose”; the log may tell more.</source>
        <translation>Rufen Sie „paddock diagnose“ auf; das Protokoll sagt vielleicht mehr.</translation>
    </message>
</context>
<context>
    <name>ui</name>
    <message>
        <source>Drop a folder here.</source>
        <translation>Legen Sie hier einen Ordner ab.</translation>
    </message>
    <message>
        <source>Drop one folder: each sandbox works on one.</source>
        <translation>Legen Sie einen einzelnen Ordner ab: jede Sandbox arbeitet an einem.</translation>
    </message>
    <message>
        <source>Only folders on this computer can become sandboxes.</source>
        <translation>Nur Ordner auf diesem Rechner können Sandboxen werden.</translation>
    </message>
    <message>
        <source>%1 does not exist.</source>
        <translation>%1 gibt es nicht.</translation>
    </message>
    <message>
        <source>%1 is inside this folder.</source>
        <translation>%1 liegt in diesem Ordner.</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Braucht Sie</translation>
    </message>
    <message>
        <source>Needs you: %1</source>
        <translation>Braucht Sie: %1</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>Arbeitet</translation>
    </message>
    <message>
        <source>The agent ended with code %1</source>
        <translation>Der Agent endete mit Code %1</translation>
    </message>
    <message>
        <source>The agent is starting</source>
        <translation>Der Agent startet</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Gestoppt</translation>
    </message>
    <message>
        <source>Starting: %1</source>
        <translation>Startet: %1</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Stoppt …</translation>
    </message>
    <message>
        <source>Not answering</source>
        <translation>Antwortet nicht</translation>
    </message>
    <message>
        <source>image</source>
        <translation>Abbild</translation>
    </message>
    <message>
        <source>disks</source>
        <translation>Datenträger</translation>
    </message>
    <message>
        <source>machine</source>
        <translation>Maschine</translation>
    </message>
    <message>
        <source>system</source>
        <translation>System</translation>
    </message>
    <message>
        <source>files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>agent</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>Only listed</source>
        <translation>Nur Gelistetes</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>Gesperrt</translation>
    </message>
    <message>
        <source>Held: %1</source>
        <translation>Zurückgehalten: %1</translation>
    </message>
    <message>
        <source>1 conflict</source>
        <translation>1 Konflikt</translation>
    </message>
    <message>
        <source>%1 conflicts</source>
        <translation>%1 Konflikte</translation>
    </message>
    <message>
        <source>No word about files yet</source>
        <translation>Noch nichts über Dateien bekannt</translation>
    </message>
    <message>
        <source>Copying files: %1 of %2</source>
        <translation>Dateien werden kopiert: %1 von %2</translation>
    </message>
    <message>
        <source>Copying files</source>
        <translation>Dateien werden kopiert</translation>
    </message>
    <message>
        <source>Looking for changes</source>
        <translation>Änderungen werden gesucht</translation>
    </message>
    <message>
        <source>Up to date</source>
        <translation>Auf dem neuesten Stand</translation>
    </message>
    <message>
        <source>1 file cannot be synced</source>
        <translation>1 Datei kann nicht abgeglichen werden</translation>
    </message>
    <message>
        <source>%1 files cannot be synced</source>
        <translation>%1 Dateien können nicht abgeglichen werden</translation>
    </message>
    <message>
        <source>Syncing</source>
        <translation>Wird abgeglichen</translation>
    </message>
    <message>
        <source>Sync is paused</source>
        <translation>Abgleich pausiert</translation>
    </message>
    <message>
        <source>Sync has stopped</source>
        <translation>Abgleich angehalten</translation>
    </message>
    <message>
        <source>Sync has stopped: %1</source>
        <translation>Abgleich angehalten: %1</translation>
    </message>
    <message>
        <source>Sync waits: the disk is full</source>
        <translation>Abgleich wartet: der Datenträger ist voll</translation>
    </message>
    <message>
        <source>Sync is not connected</source>
        <translation>Abgleich nicht verbunden</translation>
    </message>
    <message>
        <source>A fork with files of its own</source>
        <translation>Eine Abzweigung mit eigenen Dateien</translation>
    </message>
    <message>
        <source>Allowed</source>
        <translation>Erlaubt</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Blockiert</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>%1 days</source>
        <translation>%1 Tage</translation>
    </message>
    <message>
        <source>Suspended</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Paused: disk full</source>
        <translation>Pausiert: Datenträger voll</translation>
    </message>
    <message>
        <source>Paused: the disk fails</source>
        <translation>Pausiert: Datenträgerfehler</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Restore a snapshot</source>
        <translation>Zu einem Schnappschuss zurückkehren</translation>
    </message>
    <message>
        <source>Bring %1 back to “%2”?</source>
        <translation>%1 zu „%2“ zurückbringen?</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Zurückkehren</translation>
    </message>
    <message>
        <source>Its machine will be as it was on %1: its programs, its memory and its disks.</source>
        <translation>Die Maschine wird, wie sie am %1 war: ihre Programme, ihr Speicher und ihre Datenträger.</translation>
    </message>
    <message>
        <source>Its disks will be as they were on %1, and the machine boots from them. What programs had in memory then does not come back.</source>
        <translation>Ihre Datenträger werden, wie sie am %1 waren, und die Maschine startet von ihnen. Was Programme damals im Speicher hatten, kommt nicht zurück.</translation>
    </message>
    <message>
        <source>Its present state is kept as the snapshot “%1” first, in place of the one of this name.</source>
        <translation>Vorher wird ihr jetziger Stand als Schnappschuss „%1“ bewahrt, anstelle dessen, der jetzt so heißt.</translation>
    </message>
    <message>
        <source>Its present state is kept as the snapshot “%1” first.</source>
        <translation>Vorher wird ihr jetziger Stand als Schnappschuss „%1“ bewahrt.</translation>
    </message>
    <message>
        <source>Your folder %1 stays as it is, and the sandbox gets the files that are there now.</source>
        <translation>Ihr Ordner %1 bleibt, wie er ist, und die Sandbox erhält die Dateien, die jetzt darin sind.</translation>
    </message>
    <message>
        <source>Remove a snapshot</source>
        <translation>Schnappschuss entfernen</translation>
    </message>
    <message>
        <source>Remove the snapshot “%1”?</source>
        <translation>Den Schnappschuss „%1“ entfernen?</translation>
    </message>
    <message>
        <source>It frees %1. You cannot come back to this moment then; the sandbox itself stays as it is.</source>
        <translation>Das gibt %1 frei. Zu diesem Augenblick führt dann kein Weg zurück; die Sandbox selbst bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Looking at this computer</source>
        <translation>Diesen Rechner ansehen</translation>
    </message>
    <message>
        <source>Preparing the disks</source>
        <translation>Datenträger vorbereiten</translation>
    </message>
    <message>
        <source>Booting the machine</source>
        <translation>Maschine hochfahren</translation>
    </message>
    <message>
        <source>Starting Docker</source>
        <translation>Docker starten</translation>
    </message>
    <message>
        <source>Warming up the agents</source>
        <translation>Agenten aufwärmen</translation>
    </message>
    <message>
        <source>Freezing it</source>
        <translation>Einfrieren</translation>
    </message>
    <message>
        <source>Writing it down</source>
        <translation>Sichern</translation>
    </message>
    <message>
        <source>Getting a warm machine ready: %1, %2 %</source>
        <translation>Eine warme Maschine entsteht: %1, %2 %</translation>
    </message>
    <message>
        <source>No warm machine was made: %1</source>
        <translation>Es ist keine warme Maschine entstanden: %1</translation>
    </message>
    <message>
        <source>Getting a warm machine ready was interrupted</source>
        <translation>Das Vorbereiten einer warmen Maschine wurde unterbrochen</translation>
    </message>
    <message>
        <source>Once it is ready, new sandboxes of this size start in about a second. Until then they boot.</source>
        <translation>Ist sie fertig, starten neue Sandboxen dieser Größe in etwa einer Sekunde. Bis dahin fahren sie hoch.</translation>
    </message>
    <message>
        <source>New sandboxes boot as before. It is tried again after the next one has.</source>
        <translation>Neue Sandboxen fahren weiter hoch. Danach wird es noch einmal versucht.</translation>
    </message>
</context>
<context>
    <name>ui::ActivityModel</name>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>Destination</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>Anfrage</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
</context>
<context>
    <name>ui::Banner</name>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
</context>
<context>
    <name>ui::CredentialsDialog</name>
    <message>
        <source>Save in the keychain</source>
        <translation>Im Schlüsselbund speichern</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Keys stay in your keychain. They are added to requests on this computer; a sandbox sees only a placeholder.</source>
        <translation>Schlüssel bleiben in Ihrem Schlüsselbund. Sie werden auf diesem Rechner in Anfragen eingesetzt; eine Sandbox sieht nur einen Platzhalter.</translation>
    </message>
    <message>
        <source>Keys in your keychain</source>
        <translation>Schlüssel in Ihrem Schlüsselbund</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Dienst</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Waiting for your keychain…</source>
        <translation>Warten auf Ihren Schlüsselbund …</translation>
    </message>
    <message>
        <source>The key for %1 is in your keychain.</source>
        <translation>Der Schlüssel für %1 liegt in Ihrem Schlüsselbund.</translation>
    </message>
    <message>
        <source>The key for %1 is removed.</source>
        <translation>Der Schlüssel für %1 ist entfernt.</translation>
    </message>
</context>
<context>
    <name>ui::EmptyPage</name>
    <message>
        <source>Drop a project folder here</source>
        <translation>Legen Sie hier einen Projektordner ab</translation>
    </message>
    <message>
        <source>It opens in a virtual machine of its own, with the agent you choose.
The network is closed but for what you list, and your keys stay outside.</source>
        <translation>Er öffnet sich in einer eigenen virtuellen Maschine, mit dem Agenten Ihrer Wahl.
Das Netz ist zu bis auf das, was Sie auflisten, und Ihre Schlüssel bleiben draußen.</translation>
    </message>
    <message>
        <source>New sandbox…</source>
        <translation>Neue Sandbox …</translation>
    </message>
    <message>
        <source>or in a terminal:  %1</source>
        <translation>oder in einem Terminal:  %1</translation>
    </message>
</context>
<context>
    <name>ui::EmulationConsent</name>
    <message>
        <source>Use software emulation</source>
        <translation>Software-Emulation verwenden</translation>
    </message>
    <message>
        <source>Use software emulation if this computer cannot accelerate machines</source>
        <translation>Software-Emulation verwenden, falls dieser Rechner Maschinen nicht beschleunigen kann</translation>
    </message>
    <message>
        <source>Emulation works, several times slower, and is not a promised isolation boundary.</source>
        <translation>Emulation funktioniert, um ein Mehrfaches langsamer, und ist keine zugesicherte Isolationsgrenze.</translation>
    </message>
    <message>
        <source>This computer cannot accelerate virtual machines: %1.</source>
        <translation>Dieser Rechner kann virtuelle Maschinen nicht beschleunigen: %1.</translation>
    </message>
</context>
<context>
    <name>ui::FilesPage</name>
    <message>
        <source>changed</source>
        <translation>geändert</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>gelöscht</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>1 file</source>
        <translation>1 Datei</translation>
    </message>
    <message>
        <source>%1 files</source>
        <translation>%1 Dateien</translation>
    </message>
    <message>
        <source>Files that need attention</source>
        <translation>Dateien, die Aufmerksamkeit brauchen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Sync now</source>
        <translation>Jetzt abgleichen</translation>
    </message>
    <message>
        <source>Apply to my folder</source>
        <translation>In meinen Ordner übernehmen</translation>
    </message>
    <message>
        <source>Discard in the sandbox</source>
        <translation>In der Sandbox verwerfen</translation>
    </message>
    <message>
        <source>Not syncing</source>
        <translation>Kein Abgleich</translation>
    </message>
    <message>
        <source>%1 and the same path in the sandbox</source>
        <translation>%1 und derselbe Pfad in der Sandbox</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>%1
Nothing is changed in your folder until you decide. Old versions are kept either way.</source>
        <translation>%1
In Ihrem Ordner ändert sich nichts, bis Sie entscheiden. Alte Versionen bleiben in jedem Fall erhalten.</translation>
    </message>
    <message>
        <source>Changed on both sides (%1)</source>
        <translation>Auf beiden Seiten geändert (%1)</translation>
    </message>
    <message>
        <source>Waiting for your decision</source>
        <translation>Wartet auf Ihre Entscheidung</translation>
    </message>
    <message>
        <source>Cannot be synced (%1)</source>
        <translation>Kann nicht abgeglichen werden (%1)</translation>
    </message>
    <message>
        <source>Left out of the sandbox (%1)</source>
        <translation>Aus der Sandbox ausgenommen (%1)</translation>
    </message>
    <message>
        <source>These files may hold secrets.</source>
        <translation>Diese Dateien könnten Geheimnisse enthalten.</translation>
    </message>
    <message>
        <source>No conflicts, no problems, nothing left out.</source>
        <translation>Keine Konflikte, keine Probleme, nichts ausgenommen.</translation>
    </message>
    <message>
        <source>Files are synced while the sandbox runs.</source>
        <translation>Dateien werden abgeglichen, solange die Sandbox läuft.</translation>
    </message>
    <message>
        <source>Show in my folder</source>
        <translation>In meinem Ordner zeigen</translation>
    </message>
    <message>
        <source>Both versions are kept. Edit either side until they are equal.</source>
        <translation>Beide Fassungen bleiben erhalten. Bearbeiten Sie eine Seite, bis beide gleich sind.</translation>
    </message>
    <message>
        <source>Your folder: %1 · Sandbox: %2 · since %3</source>
        <translation>Ihr Ordner: %1 · Sandbox: %2 · seit %3</translation>
    </message>
</context>
<context>
    <name>ui::ImageBuild</name>
    <message>
        <source>The build was cancelled.</source>
        <translation>Der Bau wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The build failed with code %1.</source>
        <translation>Der Bau scheiterte mit Code %1.</translation>
    </message>
    <message>
        <source>“paddock” cannot be started: %1</source>
        <translation>„paddock“ lässt sich nicht starten: %1</translation>
    </message>
</context>
<context>
    <name>ui::LaunchSheet</name>
    <message>
        <source>New sandbox</source>
        <translation>Neue Sandbox</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>The project the agent is to work on</source>
        <translation>Das Projekt, an dem der Agent arbeiten soll</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Auswählen …</translation>
    </message>
    <message>
        <source>Add key…</source>
        <translation>Schlüssel hinzufügen …</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>Processors</source>
        <translation>Prozessoren</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source> GiB</source>
        <translation> GiB</translation>
    </message>
    <message>
        <source>Largest disk size</source>
        <translation>Größte Datenträgergröße</translation>
    </message>
    <message>
        <source>Disk up to</source>
        <translation>Datenträger bis</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>Maschine</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Same as</source>
        <translation>Entspricht</translation>
    </message>
    <message>
        <source>The same as a command</source>
        <translation>Dasselbe als Befehl</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Create &amp;&amp; start</source>
        <translation>Anlegen &amp;&amp; starten</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner auswählen</translation>
    </message>
    <message>
        <source>Nothing is reachable, not even the model, until you add rules.</source>
        <translation>Nichts ist erreichbar, nicht einmal das Modell, bis Sie Regeln hinzufügen.</translation>
    </message>
    <message>
        <source>The agent&apos;s model, package registries, documentation and reading from GitHub; nothing else.</source>
        <translation>Das Modell des Agenten, Paketquellen, Dokumentation und Lesen von GitHub; sonst nichts.</translation>
    </message>
    <message>
        <source>made of the folder&apos;s name</source>
        <translation>aus dem Namen des Ordners gebildet</translation>
    </message>
    <message>
        <source>The folder appears in the sandbox at the same path and is kept equal on both sides.</source>
        <translation>Der Ordner erscheint in der Sandbox unter demselben Pfad und wird auf beiden Seiten gleich gehalten.</translation>
    </message>
    <message>
        <source>Kept equal on both sides; old versions are kept.</source>
        <translation>Wird auf beiden Seiten gleich gehalten; alte Versionen bleiben erhalten.</translation>
    </message>
    <message>
        <source>Send %1 to the sandbox too (left out otherwise)</source>
        <translation>%1 auch in die Sandbox schicken (sonst ausgenommen)</translation>
    </message>
    <message>
        <source>Needs no key.</source>
        <translation>Braucht keinen Schlüssel.</translation>
    </message>
    <message>
        <source>✓ The key in your keychain is added on this computer; the sandbox never sees it.</source>
        <translation>✓ Der Schlüssel aus Ihrem Schlüsselbund wird auf diesem Rechner eingesetzt; die Sandbox sieht ihn nie.</translation>
    </message>
    <message>
        <source>No key for %1 yet. The agent can start, but not reach its model.</source>
        <translation>Noch kein Schlüssel für %1. Der Agent kann starten, aber sein Modell nicht erreichen.</translation>
    </message>
</context>
<context>
    <name>ui::LogPage</name>
    <message>
        <source>Refresh</source>
        <translation>Neu laden</translation>
    </message>
    <message>
        <source>Which log</source>
        <translation>Welches Protokoll</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>Machine console</source>
        <translation>Konsole der Maschine</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>Alles kopieren</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Nothing yet. The log fills while the sandbox runs.</source>
        <translation>Noch nichts. Das Protokoll füllt sich, während die Sandbox läuft.</translation>
    </message>
</context>
<context>
    <name>ui::MainWindow</name>
    <message>
        <source>Some agents are left out</source>
        <translation>Einige Agenten fehlen</translation>
    </message>
    <message>
        <source>Correct these files and start Paddock again.</source>
        <translation>Berichtigen Sie diese Dateien, und starten Sie Paddock neu.</translation>
    </message>
    <message>
        <source>New sandbox…</source>
        <translation>Neue Sandbox …</translation>
    </message>
    <message>
        <source>Sandboxes</source>
        <translation>Sandboxen</translation>
    </message>
    <message>
        <source>%1 – Paddock</source>
        <translation>%1 – Paddock</translation>
    </message>
    <message>
        <source>Delete sandbox</source>
        <translation>Sandbox löschen</translation>
    </message>
    <message>
        <source>Delete the sandbox “%1”?</source>
        <translation>Die Sandbox „%1“ löschen?</translation>
    </message>
    <message>
        <source>Its machine&apos;s disk is lost: everything installed in it, its containers and its shell history.</source>
        <translation>Der Datenträger ihrer Maschine geht verloren: alles darin Installierte, ihre Container und ihr Befehlsverlauf.</translation>
    </message>
    <message>
        <source>Files that were not brought in line are lost on the sandbox&apos;s side: %1.</source>
        <translation>Nicht abgeglichene Dateien gehen auf der Seite der Sandbox verloren: %1.</translation>
    </message>
    <message>
        <source>Your folder %1 stays as it is.</source>
        <translation>Ihr Ordner %1 bleibt, wie er ist.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Drop to create a sandbox for %1</source>
        <translation>Ablegen, um eine Sandbox für %1 anzulegen</translation>
    </message>
    <message>
        <source>&amp;Sandbox</source>
        <translation>&amp;Sandbox</translation>
    </message>
    <message>
        <source>&amp;New sandbox…</source>
        <translation>&amp;Neue Sandbox …</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>S&amp;toppen</translation>
    </message>
    <message>
        <source>S&amp;uspend</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>&amp;Delete…</source>
        <translation>&amp;Löschen …</translation>
    </message>
    <message>
        <source>&amp;Keys…</source>
        <translation>S&amp;chlüssel …</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Terminal</source>
        <translation>&amp;Terminal</translation>
    </message>
    <message>
        <source>&amp;Network</source>
        <translation>&amp;Netzwerk</translation>
    </message>
    <message>
        <source>&amp;Files</source>
        <translation>&amp;Dateien</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>&amp;Protokoll</translation>
    </message>
    <message>
        <source>&amp;Settings</source>
        <translation>&amp;Einstellungen</translation>
    </message>
    <message>
        <source>Next that needs &amp;you</source>
        <translation>Nächste, die &amp;Sie braucht</translation>
    </message>
    <message>
        <source>Ne&amp;xt sandbox</source>
        <translation>Nä&amp;chste Sandbox</translation>
    </message>
    <message>
        <source>&amp;Previous sandbox</source>
        <translation>&amp;Vorige Sandbox</translation>
    </message>
    <message>
        <source>Next p&amp;ane</source>
        <translation>Nächster &amp;Bereich</translation>
    </message>
    <message>
        <source>F&amp;ull screen</source>
        <translation>V&amp;ollbild</translation>
    </message>
    <message>
        <source>New &amp;shell</source>
        <translation>Neue &amp;Shell</translation>
    </message>
    <message>
        <source>Start the &amp;agent</source>
        <translation>&amp;Agenten starten</translation>
    </message>
    <message>
        <source>Close &amp;tab</source>
        <translation>&amp;Reiter schließen</translation>
    </message>
    <message>
        <source>&amp;Next tab</source>
        <translation>&amp;Nächster Reiter</translation>
    </message>
    <message>
        <source>&amp;Previous tab</source>
        <translation>&amp;Voriger Reiter</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>&amp;Einfügen</translation>
    </message>
    <message>
        <source>&amp;Find…</source>
        <translation>&amp;Suchen …</translation>
    </message>
    <message>
        <source>&amp;Output as text…</source>
        <translation>Ausgabe als &amp;Text …</translation>
    </message>
    <message>
        <source>C&amp;lear scrollback</source>
        <translation>Verlauf &amp;leeren</translation>
    </message>
    <message>
        <source>&amp;Bigger text</source>
        <translation>&amp;Größere Schrift</translation>
    </message>
    <message>
        <source>S&amp;maller text</source>
        <translation>Kl&amp;einere Schrift</translation>
    </message>
    <message>
        <source>&amp;Usual text size</source>
        <translation>&amp;Übliche Schriftgröße</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;About Paddock</source>
        <translation>Ü&amp;ber Paddock</translation>
    </message>
    <message>
        <source>About Paddock</source>
        <translation>Über Paddock</translation>
    </message>
    <message>
        <source>Paddock %1</source>
        <translation>Paddock %1</translation>
    </message>
    <message>
        <source>AI coding agents in virtual machines on your own computer.
Licence: GPL-3.0-or-later.</source>
        <translation>KI-Programmieragenten in virtuellen Maschinen auf Ihrem eigenen Rechner.
Lizenz: GPL-3.0-or-later.</translation>
    </message>
    <message>
        <source>Re&amp;sume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Fork…</source>
        <translation>Ab&amp;zweigen …</translation>
    </message>
    <message>
        <source>Makes copies that go on from this moment, each on its own copy of the folder</source>
        <translation>Macht Kopien, die von diesem Augenblick an weiterlaufen, jede auf ihrer eigenen Kopie des Ordners</translation>
    </message>
    <message>
        <source>S&amp;ettings…</source>
        <translation>&amp;Einstellungen…</translation>
    </message>
    <message>
        <source>Snaps&amp;hots</source>
        <translation>Sc&amp;hnappschüsse</translation>
    </message>
</context>
<context>
    <name>ui::NetworkPage</name>
    <message>
        <source>Locked: nothing but the rules below, and never your own network.</source>
        <translation>Gesperrt: nichts außer den Regeln unten, und nie Ihr eigenes Netz.</translation>
    </message>
    <message>
        <source>Only listed: the rules below and nothing else, and never your own network.</source>
        <translation>Nur Gelistetes: die Regeln unten und sonst nichts, und nie Ihr eigenes Netz.</translation>
    </message>
    <message>
        <source>Destination to test</source>
        <translation>Zu prüfendes Ziel</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Rules in force</source>
        <translation>Geltende Regeln</translation>
    </message>
    <message>
        <source>Host for a new rule, such as *.example.org or example.org:8443</source>
        <translation>Rechner für eine neue Regel, etwa *.example.org oder example.org:8443</translation>
    </message>
    <message>
        <source>Host for a new rule</source>
        <translation>Rechner für eine neue Regel</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>Erlauben</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Blockieren</translation>
    </message>
    <message>
        <source>Remove rule</source>
        <translation>Regel entfernen</translation>
    </message>
    <message>
        <source>Rules of presets and rules for all sandboxes cannot be removed here.</source>
        <translation>Regeln aus Vorlagen und Regeln für alle Sandboxen lassen sich hier nicht entfernen.</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Filter connections</source>
        <translation>Verbindungen filtern</translation>
    </message>
    <message>
        <source>Blocked only</source>
        <translation>Nur blockierte</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Allow this host</source>
        <translation>Diesen Rechner erlauben</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>The policy has an error; the last good one stays in force. %1</source>
        <translation>Die Regeln enthalten einen Fehler; die letzten gültigen bleiben in Kraft. %1</translation>
    </message>
    <message>
        <source>%1 %2 is in force.</source>
        <translation>%1 %2 gilt jetzt.</translation>
    </message>
    <message>
        <source>The rule is removed.</source>
        <translation>Die Regel ist entfernt.</translation>
    </message>
    <message>
        <source>%1 is in force.</source>
        <translation>%1 gilt jetzt.</translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>Nicht gespeichert: %1</translation>
    </message>
    <message>
        <source>This was so already.</source>
        <translation>Das galt schon.</translation>
    </message>
    <message>
        <source>Test a destination, such as api.example.com:443</source>
        <translation>Ein Ziel prüfen, etwa api.example.com:443</translation>
    </message>
</context>
<context>
    <name>ui::Notifications</name>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
</context>
<context>
    <name>ui::PasteQuestion</name>
    <message>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>Paste %1 of text?</source>
        <translation>%1 Text einfügen?</translation>
    </message>
    <message>
        <source>Paste %1 lines?</source>
        <translation>%1 Zeilen einfügen?</translation>
    </message>
    <message>
        <source>So much text may keep the program busy for a while.</source>
        <translation>So viel Text kann das Programm eine Weile beschäftigen.</translation>
    </message>
    <message>
        <source>The program takes each line as if you typed it and pressed Enter.</source>
        <translation>Das Programm nimmt jede Zeile, als hätten Sie sie getippt und die Eingabetaste gedrückt.</translation>
    </message>
    <message>
        <source>Paste as one line</source>
        <translation>Als eine Zeile einfügen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>ui::PreferencesDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Changes are kept at once.</source>
        <translation>Änderungen gelten sofort.</translation>
    </message>
    <message>
        <source>When you quit Paddock</source>
        <translation>Beim Beenden von Paddock</translation>
    </message>
    <message>
        <source>Running sandboxes</source>
        <translation>Laufende Sandboxen</translation>
    </message>
    <message>
        <source>go on running</source>
        <translation>laufen weiter</translation>
    </message>
    <message>
        <source>are suspended</source>
        <translation>werden angehalten</translation>
    </message>
    <message>
        <source>are stopped</source>
        <translation>werden gestoppt</translation>
    </message>
    <message>
        <source>Suspending</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>When nothing happens in a sandbox for</source>
        <translation>Wenn in einer Sandbox nichts geschieht, nach</translation>
    </message>
    <message>
        <source> min</source>
        <translation> min</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <source>When this computer shuts down, suspend sandboxes instead of stopping them</source>
        <translation>Beim Herunterfahren dieses Rechners Sandboxen anhalten, statt sie zu stoppen</translation>
    </message>
    <message>
        <source>A suspended sandbox goes on where it stood when you resume it. What happens when the computer shuts down is settled when a sandbox starts.</source>
        <translation>Eine angehaltene Sandbox geht beim Fortsetzen dort weiter, wo sie stand. Was beim Herunterfahren geschieht, steht ab dem Start einer Sandbox fest.</translation>
    </message>
    <message>
        <source>Automatic snapshots</source>
        <translation>Automatische Schnappschüsse</translation>
    </message>
    <message>
        <source>Take one before each prompt to the agent</source>
        <translation>Vor jeder Eingabe an den Agenten</translation>
    </message>
    <message>
        <source>While something happens, take one every</source>
        <translation>Solange etwas geschieht, alle</translation>
    </message>
    <message>
        <source>Room for those of each sandbox</source>
        <translation>Platz dafür je Sandbox</translation>
    </message>
    <message>
        <source> GiB</source>
        <translation> GiB</translation>
    </message>
    <message>
        <source>Beyond that room, or 14 snapshots in all, the oldest of them go. Snapshots that you took stay, and so does the newest.</source>
        <translation>Reicht der Platz nicht oder sind es mehr als 14, gehen die ältesten. Was Sie selbst aufgenommen haben, bleibt, und ebenso der neueste.</translation>
    </message>
    <message>
        <source>This computer&apos;s disk</source>
        <translation>Datenträger dieses Rechners</translation>
    </message>
    <message>
        <source>Keep free</source>
        <translation>Frei halten</translation>
    </message>
    <message>
        <source>While less is free, sandboxes stand still and lose nothing. A change counts from a sandbox&apos;s next start on.</source>
        <translation>Ist weniger frei, stehen Sandboxen still und verlieren nichts. Eine Änderung gilt ab dem nächsten Start einer Sandbox.</translation>
    </message>
    <message>
        <source>%1 in config.toml</source>
        <translation>%1 in config.toml</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Reset: %1</source>
        <translation>Zurücksetzen: %1</translation>
    </message>
    <message>
        <source>Back to the usual value</source>
        <translation>Zurück zum üblichen Wert</translation>
    </message>
</context>
<context>
    <name>ui::ProgressPage</name>
    <message>
        <source>%1 of %2 files · %3 of %4</source>
        <translation>%1 von %2 Dateien · %3 von %4</translation>
    </message>
    <message>
        <source>software emulation, some seconds more</source>
        <translation>Software-Emulation, einige Sekunden länger</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>%1 is stopping</source>
        <translation>%1 wird gestoppt</translation>
    </message>
    <message>
        <source>%1 is starting</source>
        <translation>%1 startet</translation>
    </message>
    <message>
        <source>Force stop</source>
        <translation>Stoppen erzwingen</translation>
    </message>
    <message>
        <source>The guest image is being built</source>
        <translation>Das Gast-Abbild wird gebaut</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>ui::ReviewPage</name>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Deleted</source>
        <translation>Gelöscht</translation>
    </message>
    <message>
        <source>Replaced</source>
        <translation>Ersetzt</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>No changes</source>
        <translation>Keine Änderungen</translation>
    </message>
    <message>
        <source>1 change</source>
        <translation>1 Änderung</translation>
    </message>
    <message>
        <source>%1 changes</source>
        <translation>%1 Änderungen</translation>
    </message>
    <message>
        <source>%1, %2 of them also changed in your folder</source>
        <translation>%1, davon %2 auch in Ihrem Ordner geändert</translation>
    </message>
    <message>
        <source>Changes of this fork</source>
        <translation>Änderungen dieser Abzweigung</translation>
    </message>
    <message>
        <source>Forked from %1 on %2. It works on a copy of %3 of its own; your folder changes only by what you bring over, and old versions are kept.</source>
        <translation>Abgezweigt von %1 am %2. Sie arbeitet auf einer eigenen Kopie von %3; Ihr Ordner ändert sich nur durch das, was Sie übernehmen, und alte Fassungen bleiben erhalten.</translation>
    </message>
    <message>
        <source>Compare again</source>
        <translation>Neu vergleichen</translation>
    </message>
    <message>
        <source>Bring over</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Puts the ticked changes into your folder</source>
        <translation>Überträgt die angekreuzten Änderungen in Ihren Ordner</translation>
    </message>
    <message>
        <source>Files that the fork changed</source>
        <translation>Dateien, die die Abzweigung geändert hat</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschah</translation>
    </message>
    <message>
        <source>The change, line by line</source>
        <translation>Die Änderung, Zeile für Zeile</translation>
    </message>
    <message>
        <source>%1 · changed in your folder too</source>
        <translation>%1 · auch in Ihrem Ordner geändert</translation>
    </message>
    <message>
        <source>It is not brought over, so that nothing of yours is lost</source>
        <translation>Wird nicht übernommen, damit nichts von Ihnen verloren geht</translation>
    </message>
    <message>
        <source>%1 was not brought over: %2</source>
        <translation>%1 wurde nicht übernommen: %2</translation>
    </message>
    <message>
        <source>Start the fork to see what it changed.</source>
        <translation>Starten Sie die Abzweigung, um ihre Änderungen zu sehen.</translation>
    </message>
    <message>
        <source>Comparing…</source>
        <translation>Vergleiche …</translation>
    </message>
</context>
<context>
    <name>ui::RulesModel</name>
    <message>
        <source>you, this sandbox</source>
        <translation>Sie, diese Sandbox</translation>
    </message>
    <message>
        <source>you, all sandboxes</source>
        <translation>Sie, alle Sandboxen</translation>
    </message>
    <message>
        <source>preset %1</source>
        <translation>Vorlage %1</translation>
    </message>
    <message>
        <source>%1 %2, line %3 of %4</source>
        <translation>%1 %2, Zeile %3 von %4</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Blockiert</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>Erlaubt</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation>Entscheidung</translation>
    </message>
    <message>
        <source>Destination</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
</context>
<context>
    <name>ui::SandboxHeader</name>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Suspend</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Keeps the machine as it is; it goes on there when you resume it</source>
        <translation>Behält die Maschine, wie sie ist; beim Fortsetzen geht es dort weiter</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
</context>
<context>
    <name>ui::SandboxModel</name>
    <message>
        <source>%1, %2, folder %3</source>
        <translation>%1, %2, Ordner %3</translation>
    </message>
</context>
<context>
    <name>ui::SandboxPage</name>
    <message>
        <source>The guest image was not built</source>
        <translation>Das Gast-Abbild wurde nicht gebaut</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Started without keys: %1</source>
        <translation>Ohne Schlüssel gestartet: %1</translation>
    </message>
    <message>
        <source>Keys…</source>
        <translation>Schlüssel …</translation>
    </message>
    <message>
        <source>Build image</source>
        <translation>Abbild bauen</translation>
    </message>
    <message>
        <source>Use software emulation</source>
        <translation>Software-Emulation verwenden</translation>
    </message>
    <message>
        <source>Show log</source>
        <translation>Protokoll zeigen</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>Neu starten</translation>
    </message>
    <message>
        <source>Force stop</source>
        <translation>Stoppen erzwingen</translation>
    </message>
    <message>
        <source>Restart</source>
        <translation>Neu starten</translation>
    </message>
    <message>
        <source>Show rules</source>
        <translation>Regeln zeigen</translation>
    </message>
    <message>
        <source>Show files</source>
        <translation>Dateien zeigen</translation>
    </message>
</context>
<context>
    <name>ui::SandboxPages</name>
    <message>
        <source>Pages of the sandbox</source>
        <translation>Seiten der Sandbox</translation>
    </message>
    <message>
        <source>Terminal</source>
        <translation>Terminal</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Snapshots</source>
        <translation>Schnappschüsse</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
</context>
<context>
    <name>ui::SettingsPage</name>
    <message>
        <source>known while it runs</source>
        <translation>bekannt, während sie läuft</translation>
    </message>
    <message>
        <source>software emulation</source>
        <translation>Software-Emulation</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>Maschine</translation>
    </message>
    <message>
        <source>Acceleration</source>
        <translation>Beschleunigung</translation>
    </message>
    <message>
        <source>Docker</source>
        <translation>Docker</translation>
    </message>
    <message>
        <source>.env files and keys</source>
        <translation>.env-Dateien und Schlüssel</translation>
    </message>
    <message>
        <source>Guest image</source>
        <translation>Gast-Abbild</translation>
    </message>
    <message>
        <source>Identifier</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <source>Notices</source>
        <translation>Hinweise</translation>
    </message>
    <message>
        <source>sent to the sandbox</source>
        <translation>in die Sandbox geschickt</translation>
    </message>
    <message>
        <source>left out of the sandbox</source>
        <translation>aus der Sandbox ausgenommen</translation>
    </message>
    <message>
        <source>chosen at the first start</source>
        <translation>beim ersten Start gewählt</translation>
    </message>
    <message>
        <source>%1 processors, %2 MiB memory</source>
        <translation>%1 Prozessoren, %2 MiB Speicher</translation>
    </message>
    <message>
        <source>%1, disks up to %2 GiB</source>
        <translation>%1, Datenträger bis %2 GiB</translation>
    </message>
    <message>
        <source>%1; from the next start on %2</source>
        <translation>%1; ab dem nächsten Start %2</translation>
    </message>
</context>
<context>
    <name>ui::SnapshotsPage</name>
    <message>
        <source>Damaged: it can only be removed</source>
        <translation>Beschädigt: lässt sich nur noch entfernen</translation>
    </message>
    <message>
        <source>Taken by you</source>
        <translation>Von Ihnen aufgenommen</translation>
    </message>
    <message>
        <source>Automatic, before a prompt</source>
        <translation>Automatisch, vor einer Eingabe</translation>
    </message>
    <message>
        <source>Automatic, by the clock</source>
        <translation>Automatisch, nach der Uhr</translation>
    </message>
    <message>
        <source>Automatic, before a restore</source>
        <translation>Automatisch, vor einem Zurückkehren</translation>
    </message>
    <message>
        <source>No snapshots</source>
        <translation>Keine Schnappschüsse</translation>
    </message>
    <message>
        <source>1 snapshot</source>
        <translation>1 Schnappschuss</translation>
    </message>
    <message>
        <source>%1 snapshots</source>
        <translation>%1 Schnappschüsse</translation>
    </message>
    <message>
        <source>Take a snapshot…</source>
        <translation>Schnappschuss aufnehmen…</translation>
    </message>
    <message>
        <source>A snapshot keeps the whole machine of one moment: its programs, its memory and its disks. Your folder is not part of it.</source>
        <translation>Ein Schnappschuss bewahrt die ganze Maschine eines Augenblicks: ihre Programme, ihren Speicher und ihre Datenträger. Ihr Ordner gehört nicht dazu.</translation>
    </message>
    <message>
        <source>Snapshots</source>
        <translation>Schnappschüsse</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Commit</source>
        <translation>Commit</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Zurückkehren…</translation>
    </message>
    <message>
        <source>Brings the sandbox back to how it was then (Enter)</source>
        <translation>Bringt die Sandbox auf den Stand von damals (Eingabe)</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <source>Frees its room on the disk (Delete)</source>
        <translation>Gibt seinen Platz auf dem Datenträger frei (Entf)</translation>
    </message>
    <message>
        <source>Some of its files are missing or cannot be read</source>
        <translation>Ein Teil seiner Dateien fehlt oder ist nicht lesbar</translation>
    </message>
    <message>
        <source>Only its disks come back, and the machine boots from them</source>
        <translation>Nur ihre Datenträger kommen zurück, und die Maschine startet von ihnen</translation>
    </message>
    <message>
        <source>Taking the snapshot “%1”…</source>
        <translation>Der Schnappschuss „%1“ wird aufgenommen…</translation>
    </message>
    <message>
        <source>Keeps the machine as it is at this moment; it goes on</source>
        <translation>Bewahrt die Maschine, wie sie in diesem Augenblick ist; sie läuft weiter</translation>
    </message>
    <message>
        <source>A snapshot can be taken while the sandbox runs</source>
        <translation>Ein Schnappschuss lässt sich aufnehmen, solange die Sandbox läuft</translation>
    </message>
    <message>
        <source>Take a snapshot before something risky, and you can come back to this moment.</source>
        <translation>Vor etwas Gewagtem aufgenommen, führt ein Schnappschuss zu diesem Augenblick zurück.</translation>
    </message>
    <message>
        <source>There are no snapshots; one can be taken while the sandbox runs.</source>
        <translation>Es gibt keine Schnappschüsse; aufnehmen lässt sich einer, solange die Sandbox läuft.</translation>
    </message>
</context>
<context>
    <name>ui::StageList</name>
    <message>
        <source>Image</source>
        <translation>Abbild</translation>
    </message>
    <message>
        <source>Disks</source>
        <translation>Datenträger</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>Maschine</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
</context>
<context>
    <name>ui::StoppedPage</name>
    <message>
        <source>%1 is not answering</source>
        <translation>%1 antwortet nicht</translation>
    </message>
    <message>
        <source>It may come back by itself. A restart ends its machine, by force if need be; its disk is kept.</source>
        <translation>Vielleicht kommt sie von selbst wieder. Ein Neustart beendet ihre Maschine, notfalls mit Gewalt; ihr Datenträger bleibt erhalten.</translation>
    </message>
    <message>
        <source>Restart</source>
        <translation>Neu starten</translation>
    </message>
    <message>
        <source>%1 stands still: the disk is full</source>
        <translation>%1 steht still: Der Datenträger ist voll</translation>
    </message>
    <message>
        <source>%1 stands still: the disk fails</source>
        <translation>%1 steht still: Der Datenträger meldet Fehler</translation>
    </message>
    <message>
        <source>Nothing is lost. Free some space on this computer and it goes on by itself.</source>
        <translation>Nichts ist verloren. Schaffen Sie Platz auf diesem Rechner, dann geht es von selbst weiter.</translation>
    </message>
    <message>
        <source>Nothing is lost. See to this computer&apos;s disk, then try again.</source>
        <translation>Nichts ist verloren. Prüfen Sie den Datenträger dieses Rechners und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>%1 is suspended</source>
        <translation>%1 ist angehalten</translation>
    </message>
    <message>
        <source>Its machine is kept as it was: programs go on where they stood.</source>
        <translation>Ihre Maschine bleibt, wie sie war: Programme laufen dort weiter, wo sie standen.</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>%1 is stopped</source>
        <translation>%1 ist gestoppt</translation>
    </message>
    <message>
        <source>Its disk is kept: what the agent installed is there when you start it again.</source>
        <translation>Ihr Datenträger bleibt erhalten: was der Agent installiert hat, ist beim nächsten Start noch da.</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
</context>
<context>
    <name>ui::TakeSnapshotDialog</name>
    <message>
        <source>Take snapshot</source>
        <translation>Aufnehmen</translation>
    </message>
    <message>
        <source>Take a snapshot</source>
        <translation>Schnappschuss aufnehmen</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>Name of the snapshot</source>
        <translation>Name des Schnappschusses</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>The sandbox goes on while it is taken.</source>
        <translation>Die Sandbox läuft dabei weiter.</translation>
    </message>
    <message>
        <source>There is a snapshot of this name.</source>
        <translation>Einen Schnappschuss dieses Namens gibt es schon.</translation>
    </message>
    <message>
        <source>Letters, digits, “.”, “_” and “-”, a letter or digit first.</source>
        <translation>Buchstaben ohne Umlaute, Ziffern, „.“, „_“ und „-“, zuerst ein Buchstabe oder eine Ziffer.</translation>
    </message>
</context>
<context>
    <name>ui::TemplateLine</name>
    <message>
        <source>Warm machine</source>
        <translation>Warme Maschine</translation>
    </message>
</context>
<context>
    <name>ui::TerminalPane</name>
    <message>
        <source>The agent ended with code %1.</source>
        <translation>Der Agent endete mit Code %1.</translation>
    </message>
    <message>
        <source>The agent did not start: %1</source>
        <translation>Der Agent ist nicht gestartet: %1</translation>
    </message>
    <message>
        <source>The shell ended with code %1.</source>
        <translation>Die Shell endete mit Code %1.</translation>
    </message>
    <message>
        <source>The shell did not start: %1</source>
        <translation>Die Shell ist nicht gestartet: %1</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>Neu starten</translation>
    </message>
    <message>
        <source>The connection to this terminal is closed; its program goes on.</source>
        <translation>Die Verbindung zu diesem Terminal ist beendet; sein Programm läuft weiter.</translation>
    </message>
    <message>
        <source>Attach again</source>
        <translation>Wieder verbinden</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
</context>
<context>
    <name>ui::TerminalTabs</name>
    <message>
        <source>No terminal is open</source>
        <translation>Kein Terminal ist offen</translation>
    </message>
    <message>
        <source>Start %1</source>
        <translation>%1 starten</translation>
    </message>
    <message>
        <source>Open a shell</source>
        <translation>Eine Shell öffnen</translation>
    </message>
    <message>
        <source>Terminals</source>
        <translation>Terminals</translation>
    </message>
    <message>
        <source>New shell in this sandbox</source>
        <translation>Neue Shell in dieser Sandbox</translation>
    </message>
    <message>
        <source>Shell</source>
        <translation>Shell</translation>
    </message>
    <message>
        <source>The sandbox does not run.</source>
        <translation>Die Sandbox läuft nicht.</translation>
    </message>
</context>
<context>
    <name>ui::TerminalView</name>
    <message>
        <source>Terminal</source>
        <translation>Terminal</translation>
    </message>
    <message>
        <source>Output as text</source>
        <translation>Ausgabe als Text</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>Find…</source>
        <translation>Suchen …</translation>
    </message>
    <message>
        <source>Output as text…</source>
        <translation>Ausgabe als Text …</translation>
    </message>
    <message>
        <source>Clear scrollback</source>
        <translation>Verlauf leeren</translation>
    </message>
</context>
<context>
    <name>ui::TrayIcon</name>
    <message>
        <source>New sandbox for folder…</source>
        <translation>Neue Sandbox für Ordner …</translation>
    </message>
    <message>
        <source>%1 — %2</source>
        <translation>%1 — %2</translation>
    </message>
    <message>
        <source>Open Paddock</source>
        <translation>Paddock öffnen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
</TS>
