<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AccountDesk</name>
    <message>
        <source>Your password is changed. You are logged out everywhere else.</source>
        <translation>Ihr Passwort ist geändert. Überall sonst sind Sie abgemeldet.</translation>
    </message>
    <message>
        <source>An owner has changed your role: {0}.</source>
        <translation>Ein Inhaber hat Ihre Rolle geändert: {0}.</translation>
    </message>
</context>
<context>
    <name>AccountState</name>
    <message>
        <source>Active</source>
        <translation>Aktiv</translation>
    </message>
    <message>
        <source>Must set a password</source>
        <translation>Muss Passwort wählen</translation>
    </message>
    <message>
        <source>Disabled</source>
        <translation>Gesperrt</translation>
    </message>
</context>
<context>
    <name>Action</name>
    <message>
        <source>Activated leads</source>
        <translation>Kontakte aktiviert</translation>
    </message>
    <message>
        <source>Stopped an activation</source>
        <translation>Aktivierung angehalten</translation>
    </message>
    <message>
        <source>Exported skipped leads</source>
        <translation>Übersprungene Kontakte exportiert</translation>
    </message>
    <message>
        <source>Imported leads</source>
        <translation>Kontakte importiert</translation>
    </message>
    <message>
        <source>Uploaded a file</source>
        <translation>Eine Datei hochgeladen</translation>
    </message>
    <message>
        <source>Stopped an import</source>
        <translation>Einen Import angehalten</translation>
    </message>
    <message>
        <source>Took an import back</source>
        <translation>Import rückgängig gemacht</translation>
    </message>
    <message>
        <source>Exported leads</source>
        <translation>Kontakte exportiert</translation>
    </message>
    <message>
        <source>Something for other roles</source>
        <translation>Etwas für andere Rollen</translation>
    </message>
    <message>
        <source>Logged in</source>
        <translation>Angemeldet</translation>
    </message>
    <message>
        <source>Logged out</source>
        <translation>Abgemeldet</translation>
    </message>
    <message>
        <source>Ended logins</source>
        <translation>Anmeldungen beendet</translation>
    </message>
    <message>
        <source>Changed their password</source>
        <translation>Passwort geändert</translation>
    </message>
    <message>
        <source>Added an admin</source>
        <translation>Administrator hinzugefügt</translation>
    </message>
    <message>
        <source>Disabled an admin</source>
        <translation>Administrator gesperrt</translation>
    </message>
    <message>
        <source>Enabled an admin</source>
        <translation>Administrator entsperrt</translation>
    </message>
    <message>
        <source>Reset an admin’s password</source>
        <translation>Passwort eines Administrators zurückgesetzt</translation>
    </message>
    <message>
        <source>Changed an admin’s role</source>
        <translation>Rolle eines Administrators geändert</translation>
    </message>
    <message>
        <source>Ended an admin’s logins</source>
        <translation>Anmeldungen eines Administrators beendet</translation>
    </message>
    <message>
        <source>Replaced the master key</source>
        <translation>Hauptschlüssel ersetzt</translation>
    </message>
    <message>
        <source>Gave up the lost master key</source>
        <translation>Verlorenen Hauptschlüssel aufgegeben</translation>
    </message>
    <message>
        <source>Paused sending</source>
        <translation>Versand angehalten</translation>
    </message>
    <message>
        <source>Sending went on by itself</source>
        <translation>Versand ging von selbst weiter</translation>
    </message>
    <message>
        <source>Resumed sending</source>
        <translation>Versand fortgesetzt</translation>
    </message>
    <message>
        <source>Tried a blocked mail server at once</source>
        <translation>Einen gesperrten Mailserver sofort versucht</translation>
    </message>
    <message>
        <source>Sent emails again</source>
        <translation>E-Mails erneut gesendet</translation>
    </message>
    <message>
        <source>Discarded emails</source>
        <translation>E-Mails verworfen</translation>
    </message>
    <message>
        <source>Held emails back</source>
        <translation>E-Mails zurückgehalten</translation>
    </message>
    <message>
        <source>Released emails</source>
        <translation>E-Mails freigegeben</translation>
    </message>
    <message>
        <source>Corrected an address</source>
        <translation>Eine Adresse berichtigt</translation>
    </message>
    <message>
        <source>Sent emails back</source>
        <translation>E-Mails zurückgeschickt</translation>
    </message>
    <message>
        <source>Changed the email’s template</source>
        <translation>Vorlage der E-Mail geändert</translation>
    </message>
    <message>
        <source>Reset the email’s template</source>
        <translation>Vorlage der E-Mail zurückgesetzt</translation>
    </message>
    <message>
        <source>Sent a test email</source>
        <translation>Test-E-Mail gesendet</translation>
    </message>
    <message>
        <source>Reported who is online</source>
        <translation>Gemeldet, wer online ist</translation>
    </message>
    <message>
        <source>Mail server</source>
        <translation>Mailserver</translation>
    </message>
    <message>
        <source>New address</source>
        <translation>Neue Adresse</translation>
    </message>
    <message>
        <source>Admin</source>
        <translation>Administrator</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>Ursache</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Users that stay</source>
        <translation>Benutzer, die bleiben</translation>
    </message>
    <message>
        <source>Other logins ended</source>
        <translation>Andere Anmeldungen beendet</translation>
    </message>
    <message>
        <source>All with</source>
        <translation>Alle mit</translation>
    </message>
    <message>
        <source>Emails leave from</source>
        <translation>E-Mails ab</translation>
    </message>
    <message>
        <source>List</source>
        <translation>Liste</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>Anfrage</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Betreff</translation>
    </message>
    <message>
        <source>Template (SHA-256)</source>
        <translation>Vorlage (SHA-256)</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Reported by</source>
        <translation>Gemeldet über</translation>
    </message>
    <message>
        <source>Login refused</source>
        <translation>Anmeldung abgelehnt</translation>
    </message>
    <message>
        <source>Refused: {0}</source>
        <translation>Abgelehnt: {0}</translation>
    </message>
    <message>
        <source>Exported users</source>
        <translation>Benutzer exportiert</translation>
    </message>
    <message>
        <source>Exported emails</source>
        <translation>E-Mails exportiert</translation>
    </message>
    <message>
        <source>Exported the activity</source>
        <translation>Aktivität exportiert</translation>
    </message>
</context>
<context>
    <name>ActionBar</name>
    <message>
        <source>Clear</source>
        <translation>Aufheben</translation>
    </message>
</context>
<context>
    <name>ActivationDesk</name>
    <message>
        <source>Stopped. The other leads are as they were.</source>
        <translation>Angehalten. Die übrigen Kontakte sind, wie sie waren.</translation>
    </message>
    <message>
        <source>Open Email Queue to follow them.</source>
        <translation>Unter „E-Mails“ können Sie sie verfolgen.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>No users were created.</source>
        <translation>Es wurden keine Benutzer angelegt.</translation>
    </message>
    <message>
        <source>1 user created. The email leaves from {0} on.</source>
        <translation>1 Benutzer angelegt. Die E-Mail wird ab {0} gesendet.</translation>
    </message>
    <message>
        <source>{0} users created. The emails leave from {1} on.</source>
        <translation>{0} Benutzer angelegt. Die E-Mails werden ab {1} gesendet.</translation>
    </message>
    <message>
        <source>1 user created. 1 email is being sent in the background.</source>
        <translation>1 Benutzer angelegt. 1 E-Mail wird im Hintergrund gesendet.</translation>
    </message>
    <message>
        <source>{0} users created. {0} emails are being sent in the background.</source>
        <translation>{0} Benutzer angelegt. {0} E-Mails werden im Hintergrund gesendet.</translation>
    </message>
    <message>
        <source>The activation goes on in the background.</source>
        <extracomment>Seconds for which the end of an activation waits for the list that shows it. The dialog that asks for confirmation, and the one that blocks while users are created. How many leads were to become users, and when that was seen.</extracomment>
        <translation>Die Aktivierung läuft im Hintergrund weiter.</translation>
    </message>
    <message>
        <source>{0} has activated all {1} meanwhile.</source>
        <translation>{0} hat inzwischen alle {1} aktiviert.</translation>
    </message>
    <message>
        <source>No users were created: {0} has activated leads meanwhile.</source>
        <translation>Es wurden keine Benutzer angelegt: {0} hat inzwischen Kontakte aktiviert.</translation>
    </message>
</context>
<context>
    <name>ActivityModel</name>
    <message>
        <source>When</source>
        <extracomment>Details that are a moment (ISO 8601).</extracomment>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>How many</source>
        <translation>Wie viele</translation>
    </message>
    <message>
        <source>Number {0}</source>
        <translation>Nummer {0}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln more than {0}</source>
        <translation>
            <numerusform>{0} und %Ln weiterer</numerusform>
            <numerusform>{0} und %Ln weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
</context>
<context>
    <name>ActivityPage</name>
    <message>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>Search admin, address, action or reason</source>
        <translation>Administrator, Adresse, Aktion oder Grund suchen</translation>
    </message>
    <message>
        <source>Nothing happened yet</source>
        <translation>Noch ist nichts geschehen</translation>
    </message>
    <message>
        <source>What admins change is listed here.</source>
        <translation>Hier steht, was Administratoren ändern.</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Export …</translation>
    </message>
    <message>
        <source>Search the activity</source>
        <translation>Aktivität durchsuchen</translation>
    </message>
    <message>
        <source>What was done</source>
        <translation>Was getan wurde</translation>
    </message>
    <message>
        <source>All actions</source>
        <translation>Alle Aktionen</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>Aktivierungen</translation>
    </message>
    <message>
        <source>Leads</source>
        <translation>Kontakte</translation>
    </message>
    <message>
        <source>Emails</source>
        <translation>E-Mails</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Logins</source>
        <translation>Anmeldungen</translation>
    </message>
    <message>
        <source>Admins</source>
        <translation>Administratoren</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>Vorlage</translation>
    </message>
    <message>
        <source>What became of it</source>
        <translation>Was daraus wurde</translation>
    </message>
    <message>
        <source>Done or refused</source>
        <translation>Ausgeführt oder abgelehnt</translation>
    </message>
    <message>
        <source>Done only</source>
        <translation>Nur Ausgeführtes</translation>
    </message>
    <message>
        <source>Refused only</source>
        <translation>Nur Abgelehntes</translation>
    </message>
    <message>
        <source>Nothing of that kind was done.</source>
        <translation>Nichts dergleichen wurde getan.</translation>
    </message>
    <message>
        <source>Nothing matches</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alle anzeigen</translation>
    </message>
</context>
<context>
    <name>Actor</name>
    <message>
        <source>Command line</source>
        <translation>Kommandozeile</translation>
    </message>
    <message>
        <source>Mail servers</source>
        <translation>Mailserver</translation>
    </message>
    <message>
        <source>First owner</source>
        <translation>Erster Inhaber</translation>
    </message>
    <message>
        <source>Unknown name</source>
        <translation>Unbekannter Name</translation>
    </message>
</context>
<context>
    <name>AddAdmin</name>
    <message>
        <source>Add an admin</source>
        <translation>Administrator hinzufügen</translation>
    </message>
    <message>
        <source>You get a password for the first login, to pass on. They then choose one of their own.</source>
        <translation>Sie erhalten ein Passwort für die erste Anmeldung zum Weitergeben. Danach wird ein eigenes gewählt.</translation>
    </message>
    <message>
        <source>Name to log in with</source>
        <translation>Name zum Anmelden</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
</context>
<context>
    <name>AdminAction</name>
    <message>
        <source>Logins…</source>
        <translation>Anmeldungen …</translation>
    </message>
    <message>
        <source>Change role…</source>
        <translation>Rolle ändern …</translation>
    </message>
    <message>
        <source>Reset password…</source>
        <translation>Passwort zurücksetzen …</translation>
    </message>
    <message>
        <source>Disable…</source>
        <translation>Sperren …</translation>
    </message>
    <message>
        <source>Enable…</source>
        <translation>Entsperren …</translation>
    </message>
</context>
<context>
    <name>AdminsDesk</name>
    <message>
        <source>{0} is logged out everywhere and cannot log in.</source>
        <translation>{0} ist überall abgemeldet und kann sich nicht anmelden.</translation>
    </message>
    <message>
        <source>{0} can log in again.</source>
        <translation>{0} kann sich wieder anmelden.</translation>
    </message>
    <message>
        <source>{0}: {1} from now on.</source>
        <translation>{0}: ab jetzt {1}.</translation>
    </message>
</context>
<context>
    <name>AdminsModel</name>
    <message>
        <source>Name</source>
        <extracomment>Its password was made by somebody else and has not been replaced yet. All of them, as last told.</extracomment>
        <translation>Name</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Presence</source>
        <translation>Anwesenheit</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>Zuletzt gesehen</translation>
    </message>
    <message>
        <source>Online</source>
        <translation>Online</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Offline</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
</context>
<context>
    <name>AdminsPage</name>
    <message>
        <source>Admins</source>
        <extracomment>Whose row is the current one, wherever it stands.</extracomment>
        <translation>Administratoren</translation>
    </message>
    <message>
        <source>Add admin…</source>
        <translation>Administrator hinzufügen …</translation>
    </message>
    <message>
        <source>Not connected to the server.</source>
        <translation>Keine Verbindung zum Server.</translation>
    </message>
    <message>
        <source>Change your own password on the Settings page.</source>
        <translation>Ihr eigenes Passwort ändern Sie in den Einstellungen.</translation>
    </message>
    <message>
        <source>Nobody disables themselves. Ask another owner.</source>
        <translation>Niemand sperrt sich selbst. Bitten Sie einen anderen Inhaber.</translation>
    </message>
    <message>
        <source>Choose an admin to change the account.</source>
        <translation>Wählen Sie einen Administrator, um das Konto zu ändern.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln online</source>
        <translation>
            <numerusform>%Ln online</numerusform>
            <numerusform>%Ln online</numerusform>
        </translation>
    </message>
    <message>
        <source>No admins</source>
        <translation>Keine Administratoren</translation>
    </message>
    <message>
        <source>Whoever may log in is listed here.</source>
        <translation>Hier steht, wer sich anmelden darf.</translation>
    </message>
</context>
<context>
    <name>AskingDialog</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>Audit</name>
    <message>
        <source>The audit log was tampered with ({0}). {1}</source>
        <extracomment>Digits of a head that tell one from another at a glance; all of them are in the tip.</extracomment>
        <translation>Das Aktivitätsprotokoll wurde verändert ({0}). {1}</translation>
    </message>
    <message>
        <source>And more: {0}.</source>
        <translation>Und mehr: {0}.</translation>
    </message>
    <message>
        <source>Verified {0}: nothing is sealed yet.</source>
        <translation>Geprüft {0}: Noch ist nichts versiegelt.</translation>
    </message>
    <message>
        <source>Verified {0}: all {1} sealed entries are as they were written, head {2}…</source>
        <translation>Geprüft {0}: Alle {1} versiegelten Einträge sind so, wie sie geschrieben wurden, Endwert {2}…</translation>
    </message>
    <message>
        <source>What was written up to number {0} cannot be proven, as the master key was lost.</source>
        <translation>Was bis Nummer {0} geschrieben wurde, lässt sich nicht beweisen, da der Hauptschlüssel verloren ging.</translation>
    </message>
    <message>
        <source>Numbers {0} to {1}</source>
        <translation>Nummern {0} bis {1}</translation>
    </message>
    <message>
        <source>Not sealed yet: {0}</source>
        <translation>Noch nicht versiegelt: {0}</translation>
    </message>
    <message>
        <source>Head: {0}</source>
        <translation>Endwert: {0}</translation>
    </message>
    <message>
        <source>Number {0}: {1}</source>
        <translation>Nummer {0}: {1}</translation>
    </message>
    <message>
        <source>changed after it was sealed.</source>
        <translation>verändert, nachdem der Eintrag versiegelt war.</translation>
    </message>
    <message>
        <source>deleted before its time.</source>
        <translation>vor der Zeit gelöscht.</translation>
    </message>
    <message>
        <source>An entry was never sealed, and says that it was.</source>
        <translation>Ein Eintrag wurde nie versiegelt, gibt sich aber so aus.</translation>
    </message>
    <message>
        <source>does not stand where it was sealed.</source>
        <translation>steht nicht, wo der Eintrag versiegelt wurde.</translation>
    </message>
    <message>
        <source>its seal is gone.</source>
        <translation>das Siegel fehlt.</translation>
    </message>
    <message>
        <source>its seal was changed.</source>
        <translation>das Siegel wurde verändert.</translation>
    </message>
    <message>
        <source>something here was changed, and the seals made anew.</source>
        <translation>hier wurde etwas verändert, und die Siegel wurden neu gemacht.</translation>
    </message>
    <message>
        <source>cut off at the end.</source>
        <translation>am Ende abgeschnitten.</translation>
    </message>
    <message>
        <source>The head of the log is an earlier one.</source>
        <translation>Der Endwert des Aktivitätsprotokolls ist ein früherer.</translation>
    </message>
    <message>
        <source>The head of the log is gone.</source>
        <translation>Der Endwert des Aktivitätsprotokolls fehlt.</translation>
    </message>
    <message>
        <source>The head of the log was changed.</source>
        <translation>Der Endwert des Aktivitätsprotokolls wurde verändert.</translation>
    </message>
    <message>
        <source>The head of the log is signed under a master key that the server does not know.</source>
        <translation>Der Endwert des Aktivitätsprotokolls ist mit einem Hauptschlüssel signiert, den der Server nicht kennt.</translation>
    </message>
    <message>
        <source>before it the log was not as the server had left it.</source>
        <translation>davor war das Aktivitätsprotokoll nicht so, wie der Server es hinterlassen hatte.</translation>
    </message>
    <message>
        <source>The head that was noted down is not in this log.</source>
        <translation>Der notierte Endwert ist nicht in diesem Aktivitätsprotokoll.</translation>
    </message>
</context>
<context>
    <name>CapturedEmailDialog</name>
    <message>
        <source>Captured email</source>
        <translation>Aufgefangene E-Mail</translation>
    </message>
    <message>
        <source>To {0}</source>
        <translation>An {0}</translation>
    </message>
    <message>
        <source>some time</source>
        <translation>unbekannter Zeit</translation>
    </message>
    <message>
        <source>From {0}, {1}. It is kept on the server; nobody got it.</source>
        <translation>Von {0}, {1}. Sie liegt auf dem Server; niemand hat sie erhalten.</translation>
    </message>
    <message>
        <source>The password is shown nowhere but in the email itself; here it is masked.</source>
        <translation>Das Passwort steht nirgends außer in der E-Mail selbst; hier ist es verdeckt.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>ChangeRole</name>
    <message>
        <source>Change the role of {0}</source>
        <translation>Rolle von {0} ändern</translation>
    </message>
    <message>
        <source>It applies at once, wherever they are logged in.</source>
        <translation>Das gilt sofort, wo immer die Person angemeldet ist.</translation>
    </message>
    <message>
        <source>This is you. It applies at once, and only another owner can make you an owner again.</source>
        <translation>Das sind Sie. Es gilt sofort, und nur ein anderer Inhaber kann Sie wieder zum Inhaber machen.</translation>
    </message>
    <message>
        <source>Change role</source>
        <translation>Rolle ändern</translation>
    </message>
</context>
<context>
    <name>ChosenList</name>
    <message>
        <source>Those who are activated</source>
        <translation>Wer aktiviert wird</translation>
    </message>
    <message>
        <source>Only the {0} that the list behind does not show</source>
        <translation>Nur die {0}, die die Liste dahinter nicht zeigt</translation>
    </message>
</context>
<context>
    <name>ChosenModel</name>
    <message>
        <source>Name</source>
        <extracomment>Whether only those are listed that the list behind does not show.</extracomment>
        <translation>Name</translation>
    </message>
    <message>
        <source>Email</source>
        <translation>E-Mail</translation>
    </message>
    <message>
        <source>Company</source>
        <translation>Firma</translation>
    </message>
</context>
<context>
    <name>ClosingDialog</name>
    <message>
        <source>Keep Activation Desk in the tray?</source>
        <translation>Activation Desk im Infobereich behalten?</translation>
    </message>
    <message>
        <source>The tray icon shows how many emails wait, and you are told when something needs a look. Emails are sent by the server either way.</source>
        <translation>Das Symbol im Infobereich zeigt, wie viele E-Mails warten, und Sie erfahren, wenn etwas Aufmerksamkeit braucht. Die E-Mails versendet in jedem Fall der Server.</translation>
    </message>
    <message>
        <source>Remember my choice</source>
        <translation>Meine Wahl merken</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Stay in the tray</source>
        <translation>Im Infobereich bleiben</translation>
    </message>
</context>
<context>
    <name>CommandDesk</name>
    <message>
        <source>Activate the picked leads</source>
        <translation>Ausgewählte Kontakte aktivieren</translation>
    </message>
    <message>
        <source>Import leads</source>
        <translation>Kontakte importieren</translation>
    </message>
    <message>
        <source>Export leads</source>
        <translation>Kontakte exportieren</translation>
    </message>
    <message>
        <source>Add an admin</source>
        <translation>Administrator hinzufügen</translation>
    </message>
    <message>
        <source>Change my password</source>
        <translation>Mein Passwort ändern</translation>
    </message>
    <message>
        <source>Where am I logged in?</source>
        <translation>Wo bin ich angemeldet?</translation>
    </message>
    <message>
        <source>Show the log</source>
        <translation>Protokoll anzeigen</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>Fenster schließen</translation>
    </message>
    <message>
        <source>Log out</source>
        <translation>Abmelden</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Go to {0}</source>
        <translation>Gehe zu: {0}</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Search on this page</source>
        <translation>Auf dieser Seite suchen</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>Versand anhalten</translation>
    </message>
    <message>
        <source>Resume sending</source>
        <translation>Versand fortsetzen</translation>
    </message>
    <message>
        <source>Connect now</source>
        <translation>Jetzt verbinden</translation>
    </message>
    <message>
        <source>Use the light theme</source>
        <translation>Helles Design verwenden</translation>
    </message>
    <message>
        <source>Use the dark theme</source>
        <translation>Dunkles Design verwenden</translation>
    </message>
    <message>
        <source>Show imports</source>
        <translation>Importe anzeigen</translation>
    </message>
</context>
<context>
    <name>ConfirmActivation</name>
    <message>
        <source>Activate 1 lead?</source>
        <translation>1 Kontakt aktivieren?</translation>
    </message>
    <message>
        <source>Activate {0} leads?</source>
        <translation>{0} Kontakte aktivieren?</translation>
    </message>
    <message>
        <source>None of these can be activated</source>
        <translation>Keiner davon kann aktiviert werden</translation>
    </message>
    <message>
        <source>Each becomes a user with a new password, which is sent to them in an activation email.</source>
        <translation>Jeder wird zum Benutzer mit einem neuen Passwort, das ihm in einer Aktivierungs-E-Mail zugesandt wird.</translation>
    </message>
    <message>
        <source>Selected</source>
        <translation>Ausgewählt</translation>
    </message>
    <message>
        <source>Become users</source>
        <translation>Werden Benutzer</translation>
    </message>
    <message>
        <source>Are users already</source>
        <translation>Sind schon Benutzer</translation>
    </message>
    <message>
        <source>Have an unusable address</source>
        <translation>Haben eine unbrauchbare Adresse</translation>
    </message>
    <message>
        <source>Are in another activation</source>
        <translation>Sind in einer anderen Aktivierung</translation>
    </message>
    <message>
        <source>Last email leaves</source>
        <translation>Letzte E-Mail wird gesendet</translation>
    </message>
    <message>
        <source>Emails leave</source>
        <translation>E-Mails senden</translation>
    </message>
    <message>
        <source>As soon as possible</source>
        <translation>So bald wie möglich</translation>
    </message>
    <message>
        <source>From another moment on</source>
        <translation>Ab einem anderen Zeitpunkt</translation>
    </message>
    <message>
        <source>Cannot be said while nothing is sent</source>
        <translation>Lässt sich nicht sagen, solange nichts gesendet wird</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Activate {0}</source>
        <translation>{0} aktivieren</translation>
    </message>
    <message>
        <source>Activate</source>
        <translation>Aktivieren</translation>
    </message>
    <message>
        <source>Not shown in the list behind: {0}</source>
        <translation>In der Liste dahinter nicht zu sehen: {0}</translation>
    </message>
    <message>
        <source>Show all of them</source>
        <translation>Alle anzeigen</translation>
    </message>
    <message numerus="yes">
        <source>{0} and %Ln others</source>
        <translation>
            <numerusform>{0} und %Ln weiterer</numerusform>
            <numerusform>{0} und %Ln weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Show fewer</source>
        <translation>Weniger anzeigen</translation>
    </message>
</context>
<context>
    <name>ConfirmAdmin</name>
    <message>
        <source>Reset the password of {0}?</source>
        <translation>Passwort von {0} zurücksetzen?</translation>
    </message>
    <message>
        <source>They are logged out everywhere. You get a password for one login, to pass on; they then choose one of their own.</source>
        <translation>Die Person wird überall abgemeldet. Sie erhalten ein Passwort für eine Anmeldung zum Weitergeben; danach wird ein eigenes gewählt.</translation>
    </message>
    <message>
        <source>Reset password</source>
        <translation>Passwort zurücksetzen</translation>
    </message>
    <message>
        <source>Disable {0}?</source>
        <translation>{0} sperren?</translation>
    </message>
    <message>
        <source>They are logged out everywhere and cannot log in until an owner enables them. Activations that they have started go on.</source>
        <translation>Die Person wird überall abgemeldet und kann sich nicht anmelden, bis ein Inhaber sie entsperrt. Aktivierungen, die sie begonnen hat, laufen weiter.</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>Sperren</translation>
    </message>
    <message>
        <source>Enable {0}?</source>
        <translation>{0} entsperren?</translation>
    </message>
    <message>
        <source>They can log in again, with the password they had.</source>
        <translation>Die Person kann sich wieder anmelden, mit dem bisherigen Passwort.</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>Entsperren</translation>
    </message>
</context>
<context>
    <name>ConfirmEmails</name>
    <message>
        <source>All that contain “{0}”</source>
        <translation>Alle, die „{0}“ enthalten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Retry 1 email?</source>
        <translation>1 E-Mail erneut senden?</translation>
    </message>
    <message>
        <source>Retry {0} emails?</source>
        <translation>{0} E-Mails erneut senden?</translation>
    </message>
    <message>
        <source>Correct 1 email?</source>
        <translation>1 E-Mail berichtigen?</translation>
    </message>
    <message>
        <source>Correct {0} emails?</source>
        <translation>{0} E-Mails berichtigen?</translation>
    </message>
    <message>
        <source>Hold 1 email?</source>
        <translation>1 E-Mail zurückhalten?</translation>
    </message>
    <message>
        <source>Hold {0} emails?</source>
        <translation>{0} E-Mails zurückhalten?</translation>
    </message>
    <message>
        <source>Release 1 email?</source>
        <translation>1 E-Mail freigeben?</translation>
    </message>
    <message>
        <source>Release {0} emails?</source>
        <translation>{0} E-Mails freigeben?</translation>
    </message>
    <message>
        <source>Discard 1 email for good?</source>
        <translation>1 E-Mail endgültig verwerfen?</translation>
    </message>
    <message>
        <source>Discard {0} emails for good?</source>
        <translation>{0} E-Mails endgültig verwerfen?</translation>
    </message>
    <message>
        <source>It is sent to the same address, with a new password: the one that came back is void. Where the address is wrong, correct it instead, or it comes back again.</source>
        <translation>Sie geht an dieselbe Adresse, mit einem neuen Passwort: Das zurückgekommene gilt nicht mehr. Ist die Adresse falsch, berichtigen Sie sie stattdessen, sonst kommt die E-Mail wieder zurück.</translation>
    </message>
    <message>
        <source>They are sent to the same addresses. What came back gets a new password, and the old one is void. Where an address is wrong, correct it instead, or it comes back again.</source>
        <translation>Sie gehen an dieselben Adressen. Was zurückgekommen ist, bekommt ein neues Passwort, und das alte gilt nicht mehr. Ist eine Adresse falsch, berichtigen Sie sie stattdessen, sonst kommt die E-Mail wieder zurück.</translation>
    </message>
    <message>
        <source>It leaves as soon as the limits allow, with all its attempts before it. If the password was wiped meanwhile, a new one is issued.</source>
        <translation>Sie wird gesendet, sobald es die Grenzen erlauben, mit allen Versuchen von vorn. Wurde das Passwort inzwischen gelöscht, wird ein neues vergeben.</translation>
    </message>
    <message>
        <source>They leave as soon as the limits allow, with all their attempts before them. Where the password was wiped meanwhile, a new one is issued.</source>
        <translation>Sie werden gesendet, sobald es die Grenzen erlauben, mit allen Versuchen von vorn. Wo das Passwort inzwischen gelöscht wurde, wird ein neues vergeben.</translation>
    </message>
    <message>
        <source>It stands among the failed ones and is not sent until somebody releases it.</source>
        <translation>Sie steht bei den fehlgeschlagenen und wird erst gesendet, wenn jemand sie freigibt.</translation>
    </message>
    <message>
        <source>They stand among the failed ones and are not sent until somebody releases them.</source>
        <translation>Sie stehen bei den fehlgeschlagenen und werden erst gesendet, wenn jemand sie freigibt.</translation>
    </message>
    <message>
        <source>It is queued again and leaves as soon as the limits allow.</source>
        <translation>Sie wird wieder eingereiht und gesendet, sobald es die Grenzen erlauben.</translation>
    </message>
    <message>
        <source>They are queued again and leave as soon as the limits allow.</source>
        <translation>Sie werden wieder eingereiht und gesendet, sobald es die Grenzen erlauben.</translation>
    </message>
    <message>
        <source>It is never sent, and this cannot be undone. The user stays, but does not get the password by email.</source>
        <translation>Sie wird nie gesendet, und das lässt sich nicht rückgängig machen. Der Benutzer bleibt, erhält sein Passwort aber nicht per E-Mail.</translation>
    </message>
    <message>
        <source>They are never sent, and this cannot be undone. The users stay, but do not get their password by email.</source>
        <translation>Sie werden nie gesendet, und das lässt sich nicht rückgängig machen. Die Benutzer bleiben, erhalten ihr Passwort aber nicht per E-Mail.</translation>
    </message>
    <message>
        <source>Retry {0}</source>
        <translation>{0} erneut senden</translation>
    </message>
    <message>
        <source>Correct {0}</source>
        <translation>{0} berichtigen</translation>
    </message>
    <message>
        <source>Hold {0}</source>
        <translation>{0} zurückhalten</translation>
    </message>
    <message>
        <source>Release {0}</source>
        <translation>{0} freigeben</translation>
    </message>
    <message>
        <source>Discard {0}</source>
        <translation>{0} verwerfen</translation>
    </message>
</context>
<context>
    <name>ConnectionBanner</name>
    <message>
        <source>Retry now</source>
        <translation>Jetzt versuchen</translation>
    </message>
    <message>
        <source>{0} Trying again…</source>
        <translation>{0} Neuer Versuch …</translation>
    </message>
    <message>
        <source>Log in…</source>
        <translation>Anmelden …</translation>
    </message>
    <message>
        <source>{0} What you see may be old.</source>
        <translation>{0} Was Sie sehen, ist vielleicht veraltet.</translation>
    </message>
    <message>
        <source>{0} Next try in {1} s.</source>
        <translation>{0} Nächster Versuch in {1} s.</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Verbinden …</translation>
    </message>
</context>
<context>
    <name>CorrectAddress</name>
    <message>
        <source>Correct the address</source>
        <translation>Adresse berichtigen</translation>
    </message>
    <message>
        <source>The email is sent there, the user and the lead get that address, and {0} is forgotten.</source>
        <translation>Die E-Mail wird dorthin gesendet, Benutzer und Kontakt erhalten diese Adresse, und {0} wird vergessen.</translation>
    </message>
    <message>
        <source>The email is sent there with a new password: the one that came back is void. The user and the lead get that address, and {0} is forgotten.</source>
        <translation>Die E-Mail geht mit einem neuen Passwort dorthin: Das zurückgekommene gilt nicht mehr. Benutzer und Kontakt bekommen diese Adresse, und {0} wird vergessen.</translation>
    </message>
    <message>
        <source>The user and the lead get that address, too. The email stays held until it is released.</source>
        <translation>Auch Benutzer und Kontakt erhalten diese Adresse. Die E-Mail bleibt zurückgehalten, bis sie freigegeben wird.</translation>
    </message>
    <message>
        <source>Address of {0}</source>
        <translation>Adresse von {0}</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Correct and retry</source>
        <translation>Berichtigen und erneut senden</translation>
    </message>
    <message>
        <source>Correct</source>
        <translation>Berichtigen</translation>
    </message>
</context>
<context>
    <name>CrashDialog</name>
    <message>
        <source>Something unexpected went wrong</source>
        <translation>Etwas Unerwartetes ist schiefgegangen</translation>
    </message>
    <message>
        <source>You can go on; what runs on the server is not affected. If it happens again, send the report to whoever looks after the server. It contains no passwords.</source>
        <translation>Sie können weiterarbeiten; was auf dem Server läuft, ist nicht betroffen. Geschieht es wieder, senden Sie den Bericht an die Person, die den Server betreut. Er enthält keine Passwörter.</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
</context>
<context>
    <name>Delimiter</name>
    <message>
        <source>Comma</source>
        <translation>Komma</translation>
    </message>
    <message>
        <source>Semicolon</source>
        <translation>Semikolon</translation>
    </message>
    <message>
        <source>Tab</source>
        <translation>Tabulator</translation>
    </message>
    <message>
        <source>Bar</source>
        <translation>Strich</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>Export users</source>
        <extracomment>Set when the user wants to quit; whoever started the desktop then stops it. The address of the server whose desktop is to follow this one; None: none is.</extracomment>
        <translation>Benutzer exportieren</translation>
    </message>
    <message>
        <source>Export emails</source>
        <translation>E-Mails exportieren</translation>
    </message>
    <message>
        <source>Export the activity</source>
        <translation>Aktivität exportieren</translation>
    </message>
</context>
<context>
    <name>DiscardDialog</name>
    <message>
        <source>Discard what you have written?</source>
        <extracomment>What stood in the fields when they were first seen.</extracomment>
        <translation>Geschriebenes verwerfen?</translation>
    </message>
    <message>
        <source>It is not saved anywhere.</source>
        <translation>Es ist nirgends gespeichert.</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Keep writing</source>
        <translation>Weiterschreiben</translation>
    </message>
</context>
<context>
    <name>EmailAction</name>
    <message>
        <source>Retry now</source>
        <translation>Erneut senden</translation>
    </message>
    <message>
        <source>Correct address…</source>
        <translation>Adresse berichtigen …</translation>
    </message>
    <message>
        <source>Hold</source>
        <translation>Zurückhalten</translation>
    </message>
    <message>
        <source>Release</source>
        <translation>Freigeben</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>1 email</source>
        <translation>1 E-Mail</translation>
    </message>
    <message>
        <source>{0} emails</source>
        <translation>{0} E-Mails</translation>
    </message>
</context>
<context>
    <name>EmailAnswer</name>
    <message>
        <source>{0} queued again</source>
        <translation>{0} wieder eingereiht</translation>
    </message>
    <message>
        <source>{0} corrected</source>
        <translation>{0} berichtigt</translation>
    </message>
    <message>
        <source>{0} held</source>
        <translation>{0} zurückgehalten</translation>
    </message>
    <message>
        <source>{0} released</source>
        <translation>{0} freigegeben</translation>
    </message>
    <message>
        <source>{0} discarded</source>
        <translation>{0} verworfen</translation>
    </message>
    <message>
        <source>being sent right now</source>
        <translation>wird gerade gesendet</translation>
    </message>
    <message>
        <source>the user has a password of her own</source>
        <translation>der Benutzer hat ein eigenes Passwort</translation>
    </message>
    <message>
        <source>nothing to do</source>
        <translation>nichts zu tun</translation>
    </message>
    <message>
        <source>{0} left</source>
        <translation>{0} belassen</translation>
    </message>
</context>
<context>
    <name>EmailEvent</name>
    <message>
        <source>Queued</source>
        <translation>Eingereiht</translation>
    </message>
    <message>
        <source>Put off: it is tried again</source>
        <translation>Aufgeschoben: wird erneut versucht</translation>
    </message>
    <message>
        <source>Mail account: {0}</source>
        <translation>Mailkonto: {0}</translation>
    </message>
    <message>
        <source>The answer was lost: perhaps accepted</source>
        <translation>Die Antwort ging verloren: vielleicht angenommen</translation>
    </message>
    <message>
        <source>The server ended before it left</source>
        <translation>Der Server endete, bevor sie gesendet war</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>Zurückgehalten</translation>
    </message>
    <message>
        <source>Accepted by the mail server</source>
        <translation>Vom Mailserver angenommen</translation>
    </message>
    <message>
        <source>Delayed on its way: a mail server goes on trying</source>
        <translation>Unterwegs verzögert: Ein Mailserver versucht es weiter</translation>
    </message>
    <message>
        <source>Came back</source>
        <translation>Zurückgekommen</translation>
    </message>
    <message>
        <source>Email queued</source>
        <translation>E-Mail eingereiht</translation>
    </message>
    <message>
        <source>Could not be sent yet</source>
        <translation>Konnte noch nicht gesendet werden</translation>
    </message>
    <message>
        <source>Sent, but the answer was lost</source>
        <translation>Gesendet, aber die Antwort ging verloren</translation>
    </message>
    <message>
        <source>Sending was interrupted</source>
        <translation>Versand wurde unterbrochen</translation>
    </message>
    <message>
        <source>Sending failed</source>
        <translation>Versand fehlgeschlagen</translation>
    </message>
    <message>
        <source>Held back</source>
        <translation>Zurückgehalten</translation>
    </message>
    <message>
        <source>Email accepted by the mail server</source>
        <translation>E-Mail vom Mailserver angenommen</translation>
    </message>
    <message>
        <source>Email delayed on its way</source>
        <translation>E-Mail unterwegs verzögert</translation>
    </message>
    <message>
        <source>Email came back</source>
        <translation>E-Mail zurückgekommen</translation>
    </message>
    <message>
        <source>Address corrected</source>
        <translation>Adresse berichtigt</translation>
    </message>
    <message>
        <source>Queued again</source>
        <translation>Wieder eingereiht</translation>
    </message>
    <message>
        <source>Being sent</source>
        <translation>Wird gesendet</translation>
    </message>
    <message>
        <source>Being sent right now</source>
        <translation>Wird gerade gesendet</translation>
    </message>
</context>
<context>
    <name>EmailHistoryDialog</name>
    <message>
        <source>History of {0}</source>
        <translation>Verlauf von {0}</translation>
    </message>
    <message>
        <source>1 attempt</source>
        <translation>1 Versuch</translation>
    </message>
    <message>
        <source>{0} attempts</source>
        <translation>{0} Versuche</translation>
    </message>
    <message>
        <source>held</source>
        <translation>zurückgehalten</translation>
    </message>
    <message>
        <source>came back</source>
        <translation>zurückgekommen</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Wird geladen …</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Open captured email</source>
        <translation>Aufgefangene E-Mail öffnen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>EmailQueuePage</name>
    <message>
        <source>Email Queue</source>
        <translation>E-Mails</translation>
    </message>
    <message>
        <source>Template…</source>
        <translation>Vorlage …</translation>
    </message>
    <message>
        <source>Search emails</source>
        <translation>E-Mails suchen</translation>
    </message>
    <message>
        <source>Search causes</source>
        <translation>Ursachen suchen</translation>
    </message>
    <message>
        <source>Search address or name</source>
        <translation>Adresse oder Name suchen</translation>
    </message>
    <message>
        <source>{0} to send</source>
        <translation>{0} zu senden</translation>
    </message>
    <message>
        <source>nothing to send</source>
        <translation>nichts zu senden</translation>
    </message>
    <message>
        <source>at most {0} every {1} s</source>
        <translation>höchstens {0} je {1} s</translation>
    </message>
    <message>
        <source>No mail server is set: emails are captured on the server, and none leaves.</source>
        <translation>Kein Mailserver ist eingestellt: E-Mails werden auf dem Server aufgefangen, und keine wird gesendet.</translation>
    </message>
    <message>
        <source>may be old</source>
        <translation>vielleicht veraltet</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Export …</translation>
    </message>
    <message>
        <source>Save all sent emails that match as CSV</source>
        <translation>Alle passenden gesendeten E-Mails als CSV speichern</translation>
    </message>
</context>
<context>
    <name>EmailState</name>
    <message>
        <source>Waiting</source>
        <extracomment>The emails of one cause.</extracomment>
        <translation>Wartend</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Im Versand</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Gesendet</translation>
    </message>
</context>
<context>
    <name>EmailsModel</name>
    <message>
        <source>Next try</source>
        <extracomment>There is no next try of any email.</extracomment>
        <translation>Nächster Versuch</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>Übernommen</translation>
    </message>
    <message>
        <source>Came back</source>
        <translation>Zurückgekommen</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>Zurückgehalten</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Gesendet</translation>
    </message>
    <message>
        <source>Server&apos;s answer</source>
        <translation>Antwort des Servers</translation>
    </message>
    <message>
        <source>Last error</source>
        <translation>Letzter Fehler</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Email</source>
        <translation>E-Mail</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>Versuche</translation>
    </message>
    <message>
        <source>Queued</source>
        <translation>Eingereiht</translation>
    </message>
    <message>
        <source>From {0}</source>
        <translation>Ab {0}</translation>
    </message>
</context>
<context>
    <name>Encoding</name>
    <message>
        <source>Unicode (UTF-8)</source>
        <translation>Unicode (UTF-8)</translation>
    </message>
    <message>
        <source>Unicode (UTF-16)</source>
        <translation>Unicode (UTF-16)</translation>
    </message>
    <message>
        <source>Unicode (UTF-16LE)</source>
        <translation>Unicode (UTF-16LE)</translation>
    </message>
    <message>
        <source>Unicode (UTF-16BE)</source>
        <translation>Unicode (UTF-16BE)</translation>
    </message>
    <message>
        <source>Unicode (UTF-32)</source>
        <translation>Unicode (UTF-32)</translation>
    </message>
    <message>
        <source>Western (Windows-1252)</source>
        <translation>Westeuropäisch (Windows-1252)</translation>
    </message>
    <message>
        <source>Western (ISO 8859-15)</source>
        <translation>Westeuropäisch (ISO 8859-15)</translation>
    </message>
    <message>
        <source>Western (DOS 850)</source>
        <translation>Westeuropäisch (DOS 850)</translation>
    </message>
    <message>
        <source>American (DOS 437)</source>
        <translation>Amerikanisch (DOS 437)</translation>
    </message>
    <message>
        <source>Western (Mac)</source>
        <translation>Westeuropäisch (Mac)</translation>
    </message>
    <message>
        <source>Central European (Windows-1250)</source>
        <translation>Mitteleuropäisch (Windows-1250)</translation>
    </message>
    <message>
        <source>Central European (ISO 8859-2)</source>
        <translation>Mitteleuropäisch (ISO 8859-2)</translation>
    </message>
    <message>
        <source>Central European (DOS 852)</source>
        <translation>Mitteleuropäisch (DOS 852)</translation>
    </message>
    <message>
        <source>Central European (Mac)</source>
        <translation>Mitteleuropäisch (Mac)</translation>
    </message>
    <message>
        <source>Cyrillic (Windows-1251)</source>
        <translation>Kyrillisch (Windows-1251)</translation>
    </message>
    <message>
        <source>Cyrillic (KOI8-R)</source>
        <translation>Kyrillisch (KOI8-R)</translation>
    </message>
    <message>
        <source>Cyrillic (KOI8-U)</source>
        <translation>Kyrillisch (KOI8-U)</translation>
    </message>
    <message>
        <source>Cyrillic (ISO 8859-5)</source>
        <translation>Kyrillisch (ISO 8859-5)</translation>
    </message>
    <message>
        <source>Cyrillic (DOS 866)</source>
        <translation>Kyrillisch (DOS 866)</translation>
    </message>
    <message>
        <source>Cyrillic (Mac)</source>
        <translation>Kyrillisch (Mac)</translation>
    </message>
    <message>
        <source>Greek (Windows-1253)</source>
        <translation>Griechisch (Windows-1253)</translation>
    </message>
    <message>
        <source>Greek (ISO 8859-7)</source>
        <translation>Griechisch (ISO 8859-7)</translation>
    </message>
    <message>
        <source>Turkish (Windows-1254)</source>
        <translation>Türkisch (Windows-1254)</translation>
    </message>
    <message>
        <source>Hebrew (Windows-1255)</source>
        <translation>Hebräisch (Windows-1255)</translation>
    </message>
    <message>
        <source>Arabic (Windows-1256)</source>
        <translation>Arabisch (Windows-1256)</translation>
    </message>
    <message>
        <source>Baltic (Windows-1257)</source>
        <translation>Baltisch (Windows-1257)</translation>
    </message>
    <message>
        <source>Vietnamese (Windows-1258)</source>
        <translation>Vietnamesisch (Windows-1258)</translation>
    </message>
    <message>
        <source>Thai (Windows-874)</source>
        <translation>Thailändisch (Windows-874)</translation>
    </message>
    <message>
        <source>Japanese (Shift JIS)</source>
        <translation>Japanisch (Shift JIS)</translation>
    </message>
    <message>
        <source>Japanese (EUC)</source>
        <translation>Japanisch (EUC)</translation>
    </message>
    <message>
        <source>Japanese (ISO 2022)</source>
        <translation>Japanisch (ISO 2022)</translation>
    </message>
    <message>
        <source>Chinese, simplified (GB 18030)</source>
        <translation>Chinesisch (GB 18030)</translation>
    </message>
    <message>
        <source>Chinese, traditional (Big5)</source>
        <translation>Chinesisch (Big5)</translation>
    </message>
    <message>
        <source>Korean (Windows-949)</source>
        <translation>Koreanisch (Windows-949)</translation>
    </message>
</context>
<context>
    <name>ErrorDesk</name>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
</context>
<context>
    <name>ErrorDialog</name>
    <message>
        <source>Copy details</source>
        <translation>Details kopieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>ExportDesk</name>
    <message>
        <source>Saved as {0}.</source>
        <extracomment>Writes a list into that file.</extracomment>
        <translation>Gespeichert als {0}.</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner anzeigen</translation>
    </message>
</context>
<context>
    <name>FailedTabs</name>
    <message>
        <source>By cause</source>
        <translation>Ursachen</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Ungesendet</translation>
    </message>
    <message>
        <source>Came back</source>
        <translation>Zurückgekommen</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>Zurückgehalten</translation>
    </message>
</context>
<context>
    <name>FailuresModel</name>
    <message>
        <source>Emails</source>
        <extracomment>Whether the server has answered at all. How what is shown stands to what the server has.</extracomment>
        <translation>E-Mails</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>Ursache</translation>
    </message>
    <message>
        <source>First</source>
        <translation>Zuerst</translation>
    </message>
    <message>
        <source>Last</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Beispiel</translation>
    </message>
</context>
<context>
    <name>FileStep</name>
    <message>
        <source>Choose a file…</source>
        <translation>Datei wählen …</translation>
    </message>
    <message>
        <source>Drop a CSV or XLSX file here</source>
        <translation>CSV- oder XLSX-Datei hier ablegen</translation>
    </message>
    <message>
        <source>One lead in each row, with a column of email addresses. Up to 50 MB.</source>
        <translation>Ein Kontakt je Zeile, mit einer Spalte für E-Mail-Adressen. Bis 50 MB.</translation>
    </message>
    <message>
        <source>The file is being read</source>
        <translation>Die Datei wird gelesen</translation>
    </message>
</context>
<context>
    <name>FreshnessNote</name>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Leave the list as it was (Esc)</source>
        <translation>Die Liste lassen, wie sie war (Esc)</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>Es wird gesucht …</translation>
    </message>
    <message>
        <source>List as of {0}</source>
        <translation>Liste von {0}</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Wird geladen …</translation>
    </message>
</context>
<context>
    <name>ImportNote</name>
    <message>
        <source>The encoding is a guess: {encoding}. Look at the letters of some names, or choose another one.</source>
        <extracomment>Other encodings would fit nearly as well. Rows agree on no delimiter. The look of the cells and not the title has decided. Hidden by hand or by a filter; the reading says whether they are taken. Of a newer version: the sentence says it all.</extracomment>
        <translation>Die Kodierung ist vermutet: {encoding}. Sehen Sie sich die Buchstaben einiger Namen an, oder wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>Lines with bytes that are no letters in {encoding}: {count}. The first is line {line}.</source>
        <translation>Zeilen mit Bytes, die in {encoding} keine Zeichen sind: {count}. Die erste ist Zeile {line}.</translation>
    </message>
    <message>
        <source>The delimiter is a guess: {delimiter}. The rows do not agree.</source>
        <translation>Das Trennzeichen ist vermutet: {delimiter}. Die Zeilen sind verschieden aufgebaut.</translation>
    </message>
    <message>
        <source>The titles stand in line {line}. Lines above, which are left out: {count}.</source>
        <translation>Die Überschriften stehen in Zeile {line}. Zeilen darüber, die ausgelassen werden: {count}.</translation>
    </message>
    <message>
        <source>No line of titles was found. The first line is taken for a lead, too.</source>
        <translation>Es wurde keine Zeile mit Überschriften gefunden. Auch die erste Zeile gilt als Kontakt.</translation>
    </message>
    <message>
        <source>“{field}” was found by the look of the cells and not by a title.</source>
        <translation>„{field}“ wurde am Aussehen der Zellen erkannt und nicht an einer Überschrift.</translation>
    </message>
    <message>
        <source>No column seems to hold email addresses.</source>
        <translation>Keine Spalte scheint E-Mail-Adressen zu enthalten.</translation>
    </message>
    <message>
        <source>The workbook has sheets that are hidden: {count}. They can be chosen, too.</source>
        <translation>Die Arbeitsmappe hat ausgeblendete Blätter: {count}. Auch sie können gewählt werden.</translation>
    </message>
    <message>
        <source>The sheet has rows that are hidden, by hand or by a filter: {count}.</source>
        <translation>Das Tabellenblatt hat von Hand oder durch einen Filter ausgeblendete Zeilen: {count}.</translation>
    </message>
</context>
<context>
    <name>ImportProblem</name>
    <message>
        <source>There is no address.</source>
        <extracomment>What is meant by these names, though it is not what they say: everybody&apos;s &quot;Latin 1&quot; is cp1252, and so on (WHATWG Encoding Standard, 4.2). Not a single @ in it. What stands before the @. What stands after the @. Bytes that are none in the encoding. The file itself holds replacement characters: whoever wrote it had lost the letters. Where none may stand (RFC 4180): cells may not end where they seem to. A formula whose result was not saved. By an index of another program. Of another program, for the collection of leads. Of an older or a newer version: the sentence says it all. Those that an address has wherever it stands: in a file, or written by hand.</extracomment>
        <translation>Die Adresse fehlt.</translation>
    </message>
    <message>
        <source>There are {count} addresses in one cell. Leave one of them.</source>
        <translation>In einer Zelle stehen {count} Adressen. Lassen Sie nur eine davon stehen.</translation>
    </message>
    <message>
        <source>The row holds bytes that are no letters in {encoding}.</source>
        <translation>Die Zeile enthält Bytes, die in {encoding} keine Zeichen sind.</translation>
    </message>
    <message>
        <source>Letters were lost before: a replacement character stands for them.</source>
        <translation>Hier sind schon früher Buchstaben verloren gegangen: An ihrer Stelle steht ein Ersatzzeichen.</translation>
    </message>
    <message>
        <source>The row has fewer cells than there are columns: {cells} of {columns}.</source>
        <translation>Die Zeile hat weniger Zellen, als es Spalten gibt: {cells} von {columns}.</translation>
    </message>
    <message>
        <source>The row has more cells than there are columns: {cells} for {columns}.</source>
        <translation>Die Zeile hat mehr Zellen, als es Spalten gibt: {cells} für {columns}.</translation>
    </message>
    <message>
        <source>A quotation mark is opened and never closed.</source>
        <translation>Ein Anführungszeichen wird geöffnet und nicht geschlossen.</translation>
    </message>
    <message>
        <source>A quotation mark stands where none can be, so it is not certain where cells end.</source>
        <translation>Ein Anführungszeichen steht, wo keines stehen kann; wo die Zellen enden, ist deshalb nicht sicher.</translation>
    </message>
    <message>
        <source>A cell in quotation marks holds what looks like further rows.</source>
        <translation>Eine Zelle in Anführungszeichen enthält, was nach weiteren Zeilen aussieht.</translation>
    </message>
    <message>
        <source>A cell is longer than {limit} characters.</source>
        <translation>Eine Zelle ist länger als {limit} Zeichen.</translation>
    </message>
    <message>
        <source>The cell holds a formula without its result. Open the workbook, save it, try again.</source>
        <translation>Die Zelle enthält eine Formel ohne Ergebnis. Öffnen und speichern Sie die Arbeitsmappe, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The cell holds an error: {value}.</source>
        <translation>Die Zelle enthält einen Fehler: {value}.</translation>
    </message>
    <message>
        <source>Another lead has the same value in the index &apos;{index}&apos;, which another program has made unique.</source>
        <translation>Ein anderer Kontakt hat denselben Wert im Index „{index}“, der für ein anderes Programm eindeutig sein muss.</translation>
    </message>
    <message>
        <source>A rule that another program has given to the collection of leads does not allow this one.</source>
        <translation>Eine Regel, die ein anderes Programm für die Sammlung der Kontakte festgelegt hat, lässt diesen nicht zu.</translation>
    </message>
</context>
<context>
    <name>ImportState</name>
    <message>
        <source>Not begun</source>
        <translation>Nicht begonnen</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Wird angehalten</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Abgeschlossen</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Being undone</source>
        <translation>Wird rückgängig gemacht</translation>
    </message>
    <message>
        <source>Undone</source>
        <translation>Rückgängig gemacht</translation>
    </message>
</context>
<context>
    <name>ImportStrip</name>
    <message>
        <source>Rows imported</source>
        <translation>Importierte Zeilen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Stop…</source>
        <translation>Anhalten …</translation>
    </message>
    <message>
        <source>Other imports that go on: {0}.</source>
        <translation>Weitere laufende Importe: {0}.</translation>
    </message>
    <message>
        <source>Taking away the leads of {0} again…</source>
        <translation>Die Kontakte aus {0} werden wieder entfernt …</translation>
    </message>
    <message>
        <source>Stopping the import of {0}…</source>
        <translation>Der Import von {0} wird angehalten …</translation>
    </message>
    <message>
        <source>Importing {0}…</source>
        <translation>{0} wird importiert …</translation>
    </message>
    <message>
        <source>Importing {0}… {1} of {2}</source>
        <translation>{0} wird importiert … {1} von {2}</translation>
    </message>
</context>
<context>
    <name>ImportSum</name>
    <message>
        <source>New leads</source>
        <translation>Neue Kontakte</translation>
    </message>
    <message>
        <source>There already</source>
        <translation>Schon vorhanden</translation>
    </message>
    <message>
        <source>Twice in the file</source>
        <translation>Doppelt in der Datei</translation>
    </message>
    <message>
        <source>Cannot be used</source>
        <translation>Unbrauchbar</translation>
    </message>
    <message>
        <source>Not read any more</source>
        <translation>Nicht mehr gelesen</translation>
    </message>
    <message>
        <source>Rows in the file</source>
        <translation>Zeilen in der Datei</translation>
    </message>
    <message>
        <source>Lines in the file</source>
        <translation>Zeilen in der Datei</translation>
    </message>
    <message>
        <source>Titles</source>
        <translation>Überschriften</translation>
    </message>
    <message>
        <source>Above the titles</source>
        <translation>Über den Überschriften</translation>
    </message>
    <message>
        <source>Further lines of a row</source>
        <translation>Fortsetzungszeilen</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Leer</translation>
    </message>
    <message>
        <source>Hidden</source>
        <translation>Ausgeblendet</translation>
    </message>
</context>
<context>
    <name>ImportWizard</name>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Undo import</source>
        <translation>Import rückgängig machen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Import leads</source>
        <translation>Kontakte importieren</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Wird geprüft …</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Import 1 lead</source>
        <translation>1 Kontakt importieren</translation>
    </message>
    <message>
        <source>Import {0} leads</source>
        <translation>{0} Kontakte importieren</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>What is in which column?</source>
        <translation>Was steht in welcher Spalte?</translation>
    </message>
    <message>
        <source>Ready to import</source>
        <translation>Bereit zum Import</translation>
    </message>
    <message>
        <source>Importing leads…</source>
        <translation>Kontakte werden importiert …</translation>
    </message>
    <message>
        <source>Nothing was imported</source>
        <translation>Nichts wurde importiert</translation>
    </message>
    <message>
        <source>Import undone</source>
        <translation>Import rückgängig gemacht</translation>
    </message>
    <message>
        <source>Import finished</source>
        <translation>Import abgeschlossen</translation>
    </message>
    <message>
        <source>Choose the column that holds the email addresses.</source>
        <translation>Wählen Sie die Spalte mit den E-Mail-Adressen.</translation>
    </message>
    <message>
        <source>{0}: check that the columns are understood.</source>
        <translation>{0}: Prüfen Sie, ob die Spalten richtig erkannt sind.</translation>
    </message>
    <message>
        <source>Nothing in this file is new and usable.</source>
        <translation>Nichts in dieser Datei ist neu und brauchbar.</translation>
    </message>
    <message>
        <source>Nothing is written yet.</source>
        <translation>Noch wird nichts geschrieben.</translation>
    </message>
    <message>
        <source>The import failed</source>
        <translation>Der Import ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>Lists of leads (*.csv *.tsv *.txt *.xlsx *.ods)</source>
        <translation>Listen von Kontakten (*.csv *.tsv *.txt *.xlsx *.ods)</translation>
    </message>
</context>
<context>
    <name>ImportsDialog</name>
    <message>
        <source>Imports</source>
        <translation>Importe</translation>
    </message>
    <message>
        <source>Nothing was imported yet. What is imported is listed here, with what came of it.</source>
        <translation>Es wurde noch nichts importiert. Hier steht, was importiert wird und was daraus geworden ist.</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>New leads</source>
        <translation>Neue Kontakte</translation>
    </message>
    <message>
        <source>There already</source>
        <translation>Schon vorhanden</translation>
    </message>
    <message>
        <source>Cannot be used</source>
        <translation>Unbrauchbar</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Wird geladen …</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Stop…</source>
        <translation>Anhalten …</translation>
    </message>
    <message>
        <source>Undo…</source>
        <translation>Rückgängig …</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>Keyring</name>
    <message>
        <source>This system has no keyring that can be used, so you stay logged in only until you quit.</source>
        <extracomment>Its user does not want to unlock it, or to have one. That is asked once in a run. Held while its user may be asked: one question after the other, and none after a no.</extracomment>
        <translation>Dieses System hat keinen nutzbaren Schlüsselbund, darum bleiben Sie nur angemeldet, bis Sie das Programm beenden.</translation>
    </message>
    <message>
        <source>The keyring was not unlocked, so you stay logged in only until you quit.</source>
        <translation>Der Schlüsselbund wurde nicht entsperrt; deshalb bleiben Sie nur bis zum Beenden angemeldet.</translation>
    </message>
</context>
<context>
    <name>LeadDetails</name>
    <message>
        <source>By {0}</source>
        <translation>Von {0}</translation>
    </message>
    <message>
        <source>from {0}</source>
        <translation>aus {0}</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>Importiert</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>Übersprungen</translation>
    </message>
    <message>
        <source>Became a user</source>
        <translation>Wurde Benutzer</translation>
    </message>
    <message>
        <source>Nothing is known of the email any more</source>
        <translation>Über die E-Mail ist nichts mehr bekannt</translation>
    </message>
    <message>
        <source>The email waits to be sent</source>
        <translation>Die E-Mail wartet auf den Versand</translation>
    </message>
    <message>
        <source>Last seen online</source>
        <translation>Zuletzt online gesehen</translation>
    </message>
</context>
<context>
    <name>LeadDetailsPanel</name>
    <message>
        <source>Details of the lead</source>
        <extracomment>When, what, and what more there is to say of it.</extracomment>
        <translation>Details des Kontakts</translation>
    </message>
    <message>
        <source>Close details</source>
        <translation>Details schließen</translation>
    </message>
    <message>
        <source>History of the lead</source>
        <translation>Verlauf des Kontakts</translation>
    </message>
    <message>
        <source>No lead chosen</source>
        <extracomment>What is listed, for those who cannot see it.</extracomment>
        <translation>Kein Kontakt gewählt</translation>
    </message>
    <message>
        <source>Go to a row to see what has happened to that lead.</source>
        <translation>Gehen Sie zu einer Zeile, um zu sehen, was mit diesem Kontakt geschehen ist.</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Wird geladen …</translation>
    </message>
</context>
<context>
    <name>LeadField</name>
    <message>
        <source>Email</source>
        <extracomment>Notes of what may be wrong; the others only say what was done.</extracomment>
        <translation>E-Mail</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>First name</source>
        <translation>Vorname</translation>
    </message>
    <message>
        <source>Last name</source>
        <translation>Nachname</translation>
    </message>
    <message>
        <source>Company</source>
        <translation>Firma</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>Telefon</translation>
    </message>
</context>
<context>
    <name>LeadStatus</name>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Activating</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>Übersprungen</translation>
    </message>
    <message>
        <source>Activated</source>
        <translation>Aktiviert</translation>
    </message>
</context>
<context>
    <name>LeadTabs</name>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Activating</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>Übersprungen</translation>
    </message>
    <message>
        <source>Activated</source>
        <translation>Aktiviert</translation>
    </message>
</context>
<context>
    <name>LeadsDesk</name>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message numerus="yes">
        <source>The import of {0} is undone. %Ln of its leads became users and stay.</source>
        <translation>
            <numerusform>Der Import von {0} ist rückgängig gemacht. %Ln seiner Kontakte wurde Benutzer und bleibt.</numerusform>
            <numerusform>Der Import von {0} ist rückgängig gemacht. %Ln seiner Kontakte wurden Benutzer und bleiben.</numerusform>
        </translation>
    </message>
    <message>
        <source>The import of {0} is undone.</source>
        <translation>Der Import von {0} ist rückgängig gemacht.</translation>
    </message>
    <message>
        <source>Nothing was imported from {0}. {1}</source>
        <translation>Aus {0} wurde nichts importiert. {1}</translation>
    </message>
    <message>
        <source>1 lead was imported from {0}.</source>
        <translation>1 Kontakt wurde aus {0} importiert.</translation>
    </message>
    <message>
        <source>{0} leads were imported from {1}.</source>
        <translation>{0} Kontakte wurden aus {1} importiert.</translation>
    </message>
    <message>
        <source>Export leads</source>
        <translation>Kontakte exportieren</translation>
    </message>
    <message numerus="yes">
        <source>%Ln lead(s) came in from {0}, then the import failed. {1}</source>
        <translation>
            <numerusform>%Ln Kontakt wurde aus {0} importiert, dann ist der Import fehlgeschlagen. {1}</numerusform>
            <numerusform>%Ln Kontakte wurden aus {0} importiert, dann ist der Import fehlgeschlagen. {1}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LeadsModel</name>
    <message>
        <source>Name</source>
        <extracomment>Statuses in which a lead can be picked. Only these are listed, of those that match; None: of all. Whoever unticks one still sees it.</extracomment>
        <translation>Name</translation>
    </message>
    <message>
        <source>Email</source>
        <translation>E-Mail</translation>
    </message>
    <message>
        <source>Company</source>
        <translation>Firma</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>Hinzugefügt</translation>
    </message>
</context>
<context>
    <name>LeadsPage</name>
    <message>
        <source>Leads</source>
        <extracomment>What was picked when only that was to be listed.</extracomment>
        <translation>Kontakte</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Export …</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Import …</translation>
    </message>
    <message>
        <source>Search name, address or company</source>
        <translation>Name, Adresse oder Firma suchen</translation>
    </message>
    <message>
        <source>Search leads</source>
        <translation>Kontakte suchen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>What has happened to the lead in the current row (Return)</source>
        <translation>Was mit dem Kontakt in der aktuellen Zeile geschehen ist (Eingabetaste)</translation>
    </message>
    <message>
        <source>{0} found</source>
        <translation>{0} gefunden</translation>
    </message>
    <message>
        <source>Show all leads</source>
        <translation>Alle Kontakte anzeigen</translation>
    </message>
    <message>
        <source>No leads yet</source>
        <translation>Noch keine Kontakte</translation>
    </message>
    <message>
        <source>Drop a CSV or XLSX file here, or choose one to import.</source>
        <translation>Legen Sie eine CSV- oder XLSX-Datei hier ab, oder wählen Sie eine zum Importieren.</translation>
    </message>
    <message>
        <source>Add leads from a CSV or XLSX file (Ctrl+I)</source>
        <translation>Kontakte aus einer CSV- oder XLSX-Datei hinzufügen (Strg+I)</translation>
    </message>
    <message>
        <source>Save all leads that match as CSV (Ctrl+E)</source>
        <translation>Alle passenden Kontakte als CSV speichern (Strg+E)</translation>
    </message>
    <message>
        <source>You may look on. Ask an operator or an owner to change something.</source>
        <translation>Sie dürfen zusehen. Bitten Sie einen Operator oder Inhaber, etwas zu ändern.</translation>
    </message>
    <message>
        <source>Not connected to the server.</source>
        <translation>Keine Verbindung zum Server.</translation>
    </message>
    <message>
        <source>Import leads…</source>
        <translation>Kontakte importieren …</translation>
    </message>
    <message>
        <source>Select all that match</source>
        <translation>Alle passenden auswählen</translation>
    </message>
    <message>
        <source>Select all that are not users yet</source>
        <translation>Alle ohne Benutzer auswählen</translation>
    </message>
    <message>
        <source>Activate 1 lead</source>
        <translation>1 aktivieren</translation>
    </message>
    <message>
        <source>Activate {0} leads</source>
        <translation>{0} aktivieren</translation>
    </message>
    <message>
        <source>Activate</source>
        <translation>Aktivieren</translation>
    </message>
    <message>
        <source>Pick leads in the table first.</source>
        <translation>Wählen Sie zuerst Kontakte in der Tabelle aus.</translation>
    </message>
    <message>
        <source>Show all leads first.</source>
        <translation>Zeigen Sie erst wieder alle Kontakte an.</translation>
    </message>
    <message>
        <source>Imports</source>
        <translation>Importe</translation>
    </message>
    <message>
        <source>What was imported so far, and what came of it</source>
        <translation>Was bisher importiert wurde und was daraus geworden ist</translation>
    </message>
</context>
<context>
    <name>LetterView</name>
    <message>
        <source>HTML part</source>
        <translation>HTML-Teil</translation>
    </message>
    <message>
        <source>Text part</source>
        <translation>Textteil</translation>
    </message>
    <message>
        <source>HTML</source>
        <translation>HTML</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
</context>
<context>
    <name>LiveTable</name>
    <message>
        <source>{0} new</source>
        <translation>{0} neu</translation>
    </message>
    <message>
        <source>{0} gone</source>
        <translation>{0} verschwunden</translation>
    </message>
    <message>
        <source>Show changes</source>
        <translation>Änderungen anzeigen</translation>
    </message>
</context>
<context>
    <name>LogWindow</name>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Nothing was noted yet.</source>
        <translation>Noch wurde nichts festgehalten.</translation>
    </message>
</context>
<context>
    <name>LoginDialog</name>
    <message>
        <source>Log in to Activation Desk</source>
        <translation>Bei Activation Desk anmelden</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Stay logged in</source>
        <translation>Angemeldet bleiben</translation>
    </message>
    <message>
        <source>Log in</source>
        <translation>Anmelden</translation>
    </message>
    <message>
        <source>Logging in…</source>
        <translation>Anmeldung läuft …</translation>
    </message>
    <message>
        <source>Another server…</source>
        <translation>Anderer Server …</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>Wie das System</translation>
    </message>
</context>
<context>
    <name>LoginsDialog</name>
    <message>
        <source>Where you are logged in</source>
        <translation>Wo Sie angemeldet sind</translation>
    </message>
    <message>
        <source>Where {0} is logged in</source>
        <translation>Wo {0} angemeldet ist</translation>
    </message>
    <message>
        <source>Whoever is logged out has to type name and password again. A login you do not know? End it.</source>
        <translation>Wer abgemeldet wird, muss Name und Passwort neu eingeben. Eine Anmeldung kennen Sie nicht? Beenden Sie sie.</translation>
    </message>
    <message>
        <source>Whoever is logged out has to type name and password again.</source>
        <translation>Wer abgemeldet wird, muss Name und Passwort neu eingeben.</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Last used</source>
        <translation>Zuletzt benutzt</translation>
    </message>
    <message>
        <source>Logged in</source>
        <translation>Angemeldet</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Not logged in anywhere</source>
        <translation>Nirgends angemeldet</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Wird geladen …</translation>
    </message>
    <message>
        <source>Log out there</source>
        <translation>Dort abmelden</translation>
    </message>
    <message>
        <source>Log out all others</source>
        <translation>Alle anderen abmelden</translation>
    </message>
    <message>
        <source>Log out everywhere</source>
        <translation>Überall abmelden</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>{0} logins</source>
        <translation>{0} Anmeldungen</translation>
    </message>
    <message>
        <source>1 login</source>
        <translation>1 Anmeldung</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannt</translation>
    </message>
    <message>
        <source>This login</source>
        <translation>Diese Anmeldung</translation>
    </message>
    <message>
        <source>You are logged out here by the button in the sidebar.</source>
        <translation>Hier melden Sie sich mit der Schaltfläche in der Seitenleiste ab.</translation>
    </message>
</context>
<context>
    <name>MomentChoice</name>
    <message>
        <source>In an hour ({0})</source>
        <extracomment>The hour at which a day&apos;s work begins.</extracomment>
        <translation>In einer Stunde ({0})</translation>
    </message>
    <message>
        <source>Tomorrow morning ({0})</source>
        <translation>Morgen früh ({0})</translation>
    </message>
</context>
<context>
    <name>NewPasswordDialog</name>
    <message>
        <source>Choose your own password</source>
        <translation>Eigenes Passwort wählen</translation>
    </message>
    <message>
        <source>Change your password</source>
        <translation>Ihr Passwort ändern</translation>
    </message>
    <message>
        <source>You are logged out everywhere else. Take at least 12 characters, such as four words.</source>
        <translation>Überall sonst werden Sie abgemeldet. Nehmen Sie mindestens 12 Zeichen, etwa vier Wörter.</translation>
    </message>
    <message>
        <source>The one you have typed was set by somebody else. Take at least 12 characters, such as four words.</source>
        <translation>Das eingegebene hat jemand anderes festgelegt. Nehmen Sie mindestens 12 Zeichen, etwa vier Wörter.</translation>
    </message>
    <message>
        <source>Present password</source>
        <translation>Bisheriges Passwort</translation>
    </message>
    <message>
        <source>New password</source>
        <translation>Neues Passwort</translation>
    </message>
    <message>
        <source>The same again</source>
        <translation>Noch einmal dasselbe</translation>
    </message>
    <message>
        <source>Set password</source>
        <translation>Passwort festlegen</translation>
    </message>
    <message>
        <source>Type the same password into both fields.</source>
        <translation>Geben Sie in beide Felder dasselbe Passwort ein.</translation>
    </message>
</context>
<context>
    <name>NoLeads</name>
    <message>
        <source>Nothing matches</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>No lead has this status and contains what you search for.</source>
        <translation>Kein Kontakt hat diesen Status und enthält das Gesuchte.</translation>
    </message>
    <message>
        <source>No lead contains what you search for.</source>
        <translation>Kein Kontakt enthält das Gesuchte.</translation>
    </message>
    <message>
        <source>No new leads</source>
        <translation>Keine neuen Kontakte</translation>
    </message>
    <message>
        <source>Every lead is a user already, or was skipped. Import more.</source>
        <translation>Jeder Kontakt ist schon Benutzer oder wurde übersprungen. Importieren Sie weitere.</translation>
    </message>
    <message>
        <source>Nobody is being activated</source>
        <translation>Niemand wird gerade aktiviert</translation>
    </message>
    <message>
        <source>Leads are here only while they become users.</source>
        <translation>Kontakte stehen hier nur, während sie zu Benutzern werden.</translation>
    </message>
    <message>
        <source>No users yet</source>
        <translation>Noch keine Benutzer</translation>
    </message>
    <message>
        <source>Activate leads, and they are listed here.</source>
        <translation>Aktivieren Sie Kontakte, dann stehen sie hier.</translation>
    </message>
    <message>
        <source>Nobody was skipped</source>
        <translation>Niemand wurde übersprungen</translation>
    </message>
    <message>
        <source>Leads that could not become users are listed here.</source>
        <translation>Hier stehen Kontakte, die nicht zu Benutzern werden konnten.</translation>
    </message>
    <message>
        <source>None of these is picked.</source>
        <translation>Davon ist keiner ausgewählt.</translation>
    </message>
</context>
<context>
    <name>NotHere</name>
    <message>
        <source>Not connected</source>
        <translation>Nicht verbunden</translation>
    </message>
    <message>
        <source>The list appears when the server is back.</source>
        <translation>Die Liste erscheint, sobald der Server wieder da ist.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Wird geladen …</translation>
    </message>
    <message>
        <source>The server is asked for the list.</source>
        <translation>Die Liste wird vom Server geholt.</translation>
    </message>
</context>
<context>
    <name>NothingThere</name>
    <message>
        <source>Nothing waits</source>
        <translation>Nichts wartet</translation>
    </message>
    <message>
        <source>Every email has left. New ones appear here as soon as leads are activated.</source>
        <translation>Alle E-Mails sind gesendet. Neue erscheinen hier, sobald Kontakte aktiviert werden.</translation>
    </message>
    <message>
        <source>Nothing is being sent</source>
        <translation>Nichts wird gerade gesendet</translation>
    </message>
    <message>
        <source>Emails are here only for the moment in which a mail server takes them.</source>
        <translation>E-Mails stehen hier nur in dem Augenblick, in dem ein Mailserver sie annimmt.</translation>
    </message>
    <message>
        <source>Nothing came back</source>
        <translation>Nichts zurückgekommen</translation>
    </message>
    <message>
        <source>Emails that a mail server accepted and sent back are listed here.</source>
        <translation>Hier stehen E-Mails, die ein Mailserver angenommen und zurückgeschickt hat.</translation>
    </message>
    <message>
        <source>Nothing is held</source>
        <translation>Nichts wird zurückgehalten</translation>
    </message>
    <message>
        <source>Emails that an admin keeps back are listed here.</source>
        <translation>Hier stehen E-Mails, die ein Administrator zurückhält.</translation>
    </message>
    <message>
        <source>Nothing else failed</source>
        <translation>Sonst ist nichts fehlgeschlagen</translation>
    </message>
    <message>
        <source>Mail servers have accepted every email. Some came back, and are listed there.</source>
        <translation>Mailserver haben jede E-Mail angenommen. Einige kamen zurück und stehen dort.</translation>
    </message>
    <message>
        <source>Nothing failed</source>
        <translation>Nichts ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>No email was refused.</source>
        <translation>Keine E-Mail wurde abgelehnt.</translation>
    </message>
    <message>
        <source>Nothing sent yet</source>
        <translation>Noch nichts gesendet</translation>
    </message>
    <message>
        <source>What was sent is listed here, newest first.</source>
        <translation>Hier steht, was gesendet wurde, das Neueste zuerst.</translation>
    </message>
    <message>
        <source>The last emails are being sent.</source>
        <translation>Die letzten E-Mails werden gerade gesendet.</translation>
    </message>
    <message>
        <source>Nothing waits yet</source>
        <translation>Noch wartet nichts</translation>
    </message>
    <message>
        <source>Users are being created; their emails appear here.</source>
        <translation>Benutzer werden angelegt; ihre E-Mails erscheinen hier.</translation>
    </message>
</context>
<context>
    <name>Notifications</name>
    <message numerus="yes">
        <source>%Ln email(s) could not be sent.</source>
        <extracomment>Seconds for which a queue has to be empty before that is news: the next users may be on their way. Until when nothing is told, by ``time.time``; None: no such wish.</extracomment>
        <translation>
            <numerusform>%Ln E-Mail konnte nicht gesendet werden.</numerusform>
            <numerusform>%Ln E-Mails konnten nicht gesendet werden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln email(s) came back.</source>
        <translation>
            <numerusform>%Ln E-Mail kam zurück.</numerusform>
            <numerusform>%Ln E-Mails kamen zurück.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln user(s) created.</source>
        <translation>
            <numerusform>%Ln Benutzer angelegt.</numerusform>
            <numerusform>%Ln Benutzer angelegt.</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} skipped.</source>
        <translation>{0} übersprungen.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>The activation could not be finished.</source>
        <translation>Die Aktivierung konnte nicht abgeschlossen werden.</translation>
    </message>
    <message>
        <source>The email queue is empty.</source>
        <translation>Die Warteschlange ist leer.</translation>
    </message>
    <message>
        <source>Everything has left.</source>
        <translation>Alles ist gesendet.</translation>
    </message>
    <message>
        <source>No users were created.</source>
        <translation>Es wurden keine Benutzer angelegt.</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>Was möchten Sie tun?</translation>
    </message>
    <message>
        <source>Search commands</source>
        <translation>Befehle suchen</translation>
    </message>
    <message>
        <source>Nothing is called like this.</source>
        <translation>Nichts heißt so.</translation>
    </message>
</context>
<context>
    <name>PauseSending</name>
    <message>
        <source>Pause sending?</source>
        <translation>Versand anhalten?</translation>
    </message>
    <message>
        <source>No email leaves until then. What a mail server has in hand is finished.</source>
        <translation>Bis dahin wird keine E-Mail gesendet. Was ein Mailserver gerade annimmt, wird fertig.</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>Somebody resumes</source>
        <translation>Jemand fortsetzt</translation>
    </message>
    <message>
        <source>At a time of its own</source>
        <translation>Zu einem anderen Zeitpunkt</translation>
    </message>
    <message>
        <source>Reason, shown to the other admins (optional)</source>
        <translation>Grund, für die anderen Administratoren sichtbar (freiwillig)</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>Versand anhalten</translation>
    </message>
</context>
<context>
    <name>Phrase</name>
    <message>
        <source>Name or password is wrong.</source>
        <extracomment>Parameters that are a length of time in seconds. Parameters that are a moment (ISO 8601). Of these the ones that may lie days ahead. Of a :class:`Phrase`, or one that only a newer server knows. What the text names; in seconds where it is one of :data:`LENGTHS`. A sentence may quote another one.</extracomment>
        <translation>Name oder Passwort ist falsch.</translation>
    </message>
    <message>
        <source>Your account is disabled. Ask an owner to enable it.</source>
        <translation>Ihr Konto ist gesperrt. Bitten Sie einen Inhaber, es zu entsperren.</translation>
    </message>
    <message>
        <source>The account was changed at the same moment. Log in again.</source>
        <translation>Das Konto wurde im selben Augenblick geändert. Melden Sie sich neu an.</translation>
    </message>
    <message>
        <source>Your login has ended. Log in again.</source>
        <translation>Ihre Anmeldung ist beendet. Melden Sie sich neu an.</translation>
    </message>
    <message>
        <source>Your login has expired. Log in again.</source>
        <translation>Ihre Anmeldung ist abgelaufen. Melden Sie sich neu an.</translation>
    </message>
    <message>
        <source>Your account was disabled. Ask an owner to enable it.</source>
        <translation>Ihr Konto wurde gesperrt. Bitten Sie einen Inhaber, es zu entsperren.</translation>
    </message>
    <message>
        <source>Your password was reset. Log in with the one that an owner gives you.</source>
        <translation>Ihr Passwort wurde zurückgesetzt. Melden Sie sich mit dem an, das Ihnen ein Inhaber gibt.</translation>
    </message>
    <message>
        <source>Your password was changed at the same moment. Log in again.</source>
        <translation>Ihr Passwort wurde im selben Augenblick geändert. Melden Sie sich neu an.</translation>
    </message>
    <message>
        <source>A login is needed. Send &apos;Authorization: Bearer &lt;token&gt;&apos;.</source>
        <translation>Dafür müssen Sie angemeldet sein.</translation>
    </message>
    <message>
        <source>A login is needed to listen. Log in and connect with its token.</source>
        <translation>Dafür müssen Sie angemeldet sein. Melden Sie sich neu an.</translation>
    </message>
    <message>
        <source>Too many attempts. Try again in {wait}.</source>
        <translation>Zu viele Versuche. Versuchen Sie es in {wait} noch einmal.</translation>
    </message>
    <message>
        <source>Your password was made for your first login. Choose one of your own before anything else.</source>
        <translation>Ihr Passwort war nur für die erste Anmeldung. Wählen Sie zuerst ein eigenes.</translation>
    </message>
    <message>
        <source>The new password is the present one. Choose another.</source>
        <translation>Das neue Passwort ist das bisherige. Wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>The present password is wrong.</source>
        <translation>Das bisherige Passwort ist falsch.</translation>
    </message>
    <message>
        <source>The password must have at least {least} characters.</source>
        <translation>Das Passwort muss mindestens {least} Zeichen haben.</translation>
    </message>
    <message>
        <source>The password repeats itself or counts up. Choose another, such as four words of your own.</source>
        <translation>Das Passwort wiederholt sich oder zählt hoch. Wählen Sie ein anderes, etwa vier eigene Wörter.</translation>
    </message>
    <message>
        <source>The password is one of those that are tried first. Choose another, such as four words of your own.</source>
        <translation>Das Passwort gehört zu denen, die zuerst probiert werden. Wählen Sie ein anderes, etwa vier eigene Wörter.</translation>
    </message>
    <message>
        <source>There is no such login (any more).</source>
        <translation>Diese Anmeldung gibt es nicht (mehr).</translation>
    </message>
    <message>
        <source>This is for operators and owners; a viewer may look on but change nothing. Ask one of them.</source>
        <translation>Das dürfen nur Operatoren und Inhaber; ein Betrachter darf zusehen, aber nichts ändern. Bitten Sie einen von ihnen.</translation>
    </message>
    <message>
        <source>This is for owners. Ask one.</source>
        <translation>Das dürfen nur Inhaber. Bitten Sie einen.</translation>
    </message>
    <message>
        <source>Only owners may send a test by a template that is not in use. Ask one to send it, or to save it first.</source>
        <translation>Nur Inhaber dürfen einen Test mit einer Vorlage senden, die nicht in Gebrauch ist. Bitten Sie einen, ihn zu senden oder die Vorlage zuerst zu speichern.</translation>
    </message>
    <message>
        <source>Who is online is reported by programs with the role reporter, and by operators and owners.</source>
        <translation>Wer online ist, melden Programme mit der Rolle Melder sowie Operatoren und Inhaber.</translation>
    </message>
    <message>
        <source>This login is a program&apos;s: it may report who is online, and is shown nothing. Use another one.</source>
        <translation>Diese Anmeldung gehört einem Programm: Sie darf melden, wer online ist, und bekommt nichts zu sehen. Nehmen Sie eine andere.</translation>
    </message>
    <message>
        <source>Nobody may do this.</source>
        <translation>Das darf niemand.</translation>
    </message>
    <message>
        <source>This is possible on the server&apos;s own machine only.</source>
        <translation>Das geht nur auf dem Rechner des Servers selbst.</translation>
    </message>
    <message>
        <source>The code is not the one that the server has printed since it was last started. On its machine, &apos;activation-server admin add NAME&apos; adds an owner as well.</source>
        <translation>Das ist nicht der Code, den der Server seit seinem letzten Start ausgegeben hat. Auf seinem Rechner legt auch „activation-server admin add NAME“ einen Inhaber an.</translation>
    </message>
    <message>
        <source>There are admins by now. Ask an owner to add you.</source>
        <translation>Inzwischen gibt es Administratoren. Bitten Sie einen Inhaber, Sie hinzuzufügen.</translation>
    </message>
    <message>
        <source>There is already an admin named &apos;{name}&apos;. Choose another name.</source>
        <translation>Einen Administrator namens „{name}“ gibt es schon. Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>The name must have 1 to 100 printable characters.</source>
        <translation>Der Name muss 1 bis 100 druckbare Zeichen haben.</translation>
    </message>
    <message>
        <source>There is no such admin.</source>
        <translation>Diesen Administrator gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no admin named &apos;{name}&apos;.</source>
        <translation>Einen Administrator namens „{name}“ gibt es nicht.</translation>
    </message>
    <message>
        <source>The database does not answer at the moment. Try again.</source>
        <translation>Die Datenbank antwortet im Augenblick nicht. Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The database does not answer. Nothing is sent until it does.</source>
        <translation>Die Datenbank antwortet nicht. Solange wird nichts gesendet.</translation>
    </message>
    <message>
        <source>The database does not confirm what is written. Nothing is sent until it does.</source>
        <translation>Die Datenbank bestätigt nicht, was geschrieben wird. Solange wird nichts gesendet.</translation>
    </message>
    <message>
        <source>The server is starting and waits for its database. Try again in a moment.</source>
        <translation>Der Server startet und wartet auf seine Datenbank. Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>Something went wrong on the server. Its log says what.</source>
        <translation>Auf dem Server ist etwas schiefgegangen. Sein Protokoll sagt, was.</translation>
    </message>
    <message>
        <source>The request is not right: {where}: {problem}.</source>
        <translation>Die Anfrage stimmt nicht: {where}: {problem}.</translation>
    </message>
    <message>
        <source>This cannot be asked here: {problem}.</source>
        <translation>Das kann man hier nicht anfragen: {problem}.</translation>
    </message>
    <message>
        <source>The request is too large; it may have {size}.</source>
        <translation>Die Anfrage ist zu groß; sie darf {size} haben.</translation>
    </message>
    <message>
        <source>The request&apos;s address and headers are too long; they may have {size}.</source>
        <translation>Adresse und Kopfzeilen der Anfrage sind zu lang; sie dürfen {size} haben.</translation>
    </message>
    <message>
        <source>Web pages of {origin} may not ask this server. Name their origin in FRONTEND_URL.</source>
        <translation>Webseiten von {origin} dürfen diesen Server nicht fragen. Nennen Sie ihre Herkunft in FRONTEND_URL.</translation>
    </message>
    <message>
        <source>You ask for more than this server has time for. Wait a few seconds.</source>
        <translation>Das sind mehr Anfragen, als dieser Server bewältigt. Warten Sie ein paar Sekunden.</translation>
    </message>
    <message>
        <source>You are connected too often. Close another desktop.</source>
        <translation>Sie sind zu oft verbunden. Schließen Sie eines der anderen Programme.</translation>
    </message>
    <message>
        <source>The page cursor belongs to another list. Ask for the first page again.</source>
        <translation>Diese Stelle gehört zu einer anderen Liste. Laden Sie die Liste neu.</translation>
    </message>
    <message>
        <source>The page cursor is not one of ours. Ask for the first page again.</source>
        <translation>Diese Stelle der Liste gibt es nicht. Laden Sie die Liste neu.</translation>
    </message>
    <message>
        <source>The password of this email was lost with the master key. Retried, it gets a new one.</source>
        <translation>Das Passwort dieser E-Mail ging mit dem Hauptschlüssel verloren. Beim Wiederholen bekommt sie ein neues.</translation>
    </message>
    <message>
        <source>The master key opens this database, and nothing is lost. &apos;activation-server key rotate&apos; replaces it.</source>
        <translation>Der Hauptschlüssel öffnet diese Datenbank, nichts ist verloren. „activation-server key rotate“ ersetzt ihn.</translation>
    </message>
    <message>
        <source>The master key was replaced, and this server does not have the new one. Give it ACTIVATION_MASTER_KEY or master.key as the others have it.</source>
        <translation>Der Hauptschlüssel wurde ersetzt, und dieser Server hat den neuen nicht. Geben Sie ihm ACTIVATION_MASTER_KEY oder master.key, wie die anderen sie haben.</translation>
    </message>
    <message>
        <source>“{id}” is no id by which a row can be picked. Take ids as the lists have them, or pick by a search.</source>
        <translation>„{id}“ ist keine Kennung, mit der eine Zeile ausgewählt werden kann. Nehmen Sie Kennungen, wie die Listen sie haben, oder wählen Sie über eine Suche aus.</translation>
    </message>
    <message>
        <source>There is no such lead.</source>
        <translation>Diesen Kontakt gibt es nicht.</translation>
    </message>
    <message>
        <source>The lead does not exist any more.</source>
        <translation>Den Kontakt gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>This request id is already taken. Send the request again with a new one.</source>
        <translation>Diese Anfrage-Nummer ist schon vergeben. Senden Sie die Anfrage mit einer neuen.</translation>
    </message>
    <message>
        <source>There is no such activation.</source>
        <translation>Diese Aktivierung gibt es nicht.</translation>
    </message>
    <message>
        <source>There is already a user with this address.</source>
        <translation>Es gibt schon einen Benutzer mit dieser Adresse.</translation>
    </message>
    <message>
        <source>The address cannot receive email.</source>
        <translation>Die Adresse kann keine E-Mails empfangen.</translation>
    </message>
    <message>
        <source>Another activation is dealing with this lead.</source>
        <translation>Eine andere Aktivierung bearbeitet diesen Kontakt.</translation>
    </message>
    <message>
        <source>Another user has the same value in the index &apos;{index}&apos;, which another program has made unique.</source>
        <translation>Ein anderer Benutzer hat denselben Wert im Index „{index}“, der für ein anderes Programm eindeutig sein muss.</translation>
    </message>
    <message>
        <source>A rule that another program has given to the collection of users does not allow this one.</source>
        <translation>Eine Regel, die ein anderes Programm für die Sammlung der Benutzer festgelegt hat, lässt diesen nicht zu.</translation>
    </message>
    <message>
        <source>Another program has given this lead a status that is not known here.</source>
        <translation>Ein anderes Programm hat diesem Kontakt einen Status gegeben, der hier nicht bekannt ist.</translation>
    </message>
    <message>
        <source>Another version of the server has skipped this lead.</source>
        <translation>Eine andere Version des Servers hat diesen Kontakt übersprungen.</translation>
    </message>
    <message>
        <source>Each of the {rounds} times that leads were to become users, another program had changed them. Begin it anew when that program has ended.</source>
        <translation>Jedes der {rounds} Male, als Kontakte zu Benutzern werden sollten, hatte ein anderes Programm sie geändert. Beginnen Sie neu, wenn dieses Programm beendet ist.</translation>
    </message>
    <message>
        <source>The file is not kept any more. Choose it again.</source>
        <translation>Die Datei wird nicht mehr aufbewahrt. Wählen Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>There is no such import (any more). Choose the file again.</source>
        <translation>Diesen Import gibt es nicht (mehr). Wählen Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>There is no such import (any more).</source>
        <translation>Diesen Import gibt es nicht (mehr).</translation>
    </message>
    <message>
        <source>This import was not started, so there is nothing to stop.</source>
        <translation>Dieser Import wurde nicht gestartet, darum gibt es nichts anzuhalten.</translation>
    </message>
    <message>
        <source>Only a finished import can be undone. Wait until it is.</source>
        <translation>Nur ein fertiger Import kann rückgängig gemacht werden. Warten Sie, bis er fertig ist.</translation>
    </message>
    <message>
        <source>The row in line {line} is too long: a row may have {characters} characters and {columns} cells. Save the table anew, with each lead in a line of its own.</source>
        <translation>Die Zeile {line} ist zu lang: Eine Zeile darf {characters} Zeichen und {columns} Zellen haben. Speichern Sie die Tabelle neu, mit jedem Kontakt in einer eigenen Zeile.</translation>
    </message>
    <message>
        <source>Nothing is known of this email (any more).</source>
        <translation>Von dieser E-Mail ist nichts (mehr) bekannt.</translation>
    </message>
    <message>
        <source>Nothing is known of this email having been sent (any more).</source>
        <translation>Dass diese E-Mail gesendet wurde, ist nicht (mehr) bekannt.</translation>
    </message>
    <message>
        <source>Another program has queued this email with a status that is not known here.</source>
        <translation>Ein anderes Programm hat diese E-Mail mit einem Status eingereiht, der hier nicht bekannt ist.</translation>
    </message>
    <message>
        <source>Another program has queued this email under an id that cannot be used.</source>
        <translation>Ein anderes Programm hat diese E-Mail unter einer ID eingereiht, die nicht verwendet werden kann.</translation>
    </message>
    <message>
        <source>Another program has queued this email without an address.</source>
        <translation>Ein anderes Programm hat diese E-Mail ohne Adresse eingereiht.</translation>
    </message>
    <message>
        <source>Another program has queued this email without a password that can be sent.</source>
        <translation>Ein anderes Programm hat diese E-Mail ohne ein Passwort eingereiht, das gesendet werden kann.</translation>
    </message>
    <message>
        <source>This email went to a mail server, not into the local mailbox.</source>
        <translation>Diese E-Mail ging an einen Mailserver, nicht in das lokale Postfach.</translation>
    </message>
    <message>
        <source>{file} is not in the mailbox of this server (any more).</source>
        <translation>{file} liegt nicht (mehr) im Postfach dieses Servers.</translation>
    </message>
    <message>
        <source>{file} in the mailbox of this server is another email.</source>
        <translation>{file} im Postfach dieses Servers ist eine andere E-Mail.</translation>
    </message>
    <message>
        <source>This email is not among the pending or failed ones any more.</source>
        <translation>Diese E-Mail gehört nicht mehr zu den wartenden oder fehlgeschlagenen.</translation>
    </message>
    <message>
        <source>This email is being sent at this moment. Try again when it has been dealt with.</source>
        <translation>Diese E-Mail wird gerade gesendet. Versuchen Sie es noch einmal, wenn sie erledigt ist.</translation>
    </message>
    <message>
        <source>The user has a password of her own by now. Discard this email instead.</source>
        <translation>Der Benutzer hat inzwischen ein eigenes Passwort. Verwerfen Sie diese E-Mail stattdessen.</translation>
    </message>
    <message>
        <source>Another user or lead has the address {address} already.</source>
        <translation>Ein anderer Benutzer oder Kontakt hat die Adresse {address} schon.</translation>
    </message>
    <message>
        <source>&apos;{action}&apos; is for emails that are {parts}.</source>
        <translation>„{action}“ ist für E-Mails in diesem Zustand: {parts}.</translation>
    </message>
    <message>
        <source>Others were refused in the same way: it is tried again.</source>
        <translation>Andere wurden auf dieselbe Weise abgelehnt: Sie wird noch einmal versucht.</translation>
    </message>
    <message>
        <source>It came back: {answer}</source>
        <translation>Sie kam zurück: {answer}</translation>
    </message>
    <message>
        <source>It came back, and nobody says why.</source>
        <translation>Sie kam zurück, und niemand sagt, warum.</translation>
    </message>
    <message>
        <source>There is no way to log in to the mail server: {answer}</source>
        <translation>Eine Anmeldung am Mailserver ist nicht möglich: {answer}</translation>
    </message>
    <message>
        <source>It offers only {kinds}, and known here are PLAIN, LOGIN and CRAM-MD5.</source>
        <translation>Er bietet nur {kinds} an; bekannt sind hier PLAIN, LOGIN und CRAM-MD5.</translation>
    </message>
    <message>
        <source>It offers only {kinds}, and takes no passwords: set SMTP_OAUTH, and leave the password out.</source>
        <translation>Er bietet nur {kinds} an und nimmt keine Passwörter: Stellen Sie SMTP_OAUTH ein, und lassen Sie das Passwort weg.</translation>
    </message>
    <message>
        <source>It offers a login only on an encrypted connection: write smtp:// for smtp+plain://.</source>
        <translation>Er bietet eine Anmeldung nur auf einer verschlüsselten Verbindung an: Schreiben Sie smtp:// statt smtp+plain://.</translation>
    </message>
    <message>
        <source>It asks for no login: leave out the user and the password.</source>
        <translation>Er verlangt keine Anmeldung: Lassen Sie Benutzer und Kennwort weg.</translation>
    </message>
    <message>
        <source>It offers only {kinds}, and access tokens need XOAUTH2 or OAUTHBEARER: set a password instead.</source>
        <translation>Er bietet nur {kinds} an, Zugriffstoken brauchen aber XOAUTH2 oder OAUTHBEARER: Stellen Sie stattdessen ein Passwort ein.</translation>
    </message>
    <message>
        <source>Its question for {kind} cannot be read.</source>
        <translation>Seine Frage für {kind} ist nicht lesbar.</translation>
    </message>
    <message>
        <source>It speaks no TLS from the start on this port: write smtp:// (STARTTLS) for smtps://.</source>
        <translation>Er spricht an diesem Port kein TLS von Anfang an: Schreiben Sie smtp:// (STARTTLS) statt smtps://.</translation>
    </message>
    <message>
        <source>It offers no STARTTLS: write smtps:// where its port is for TLS from the start, and smtp+plain:// only where nobody else can listen.</source>
        <translation>Er bietet kein STARTTLS an: Schreiben Sie smtps://, wenn sein Port für TLS von Anfang an ist, und smtp+plain:// nur dort, wo sonst niemand mithören kann.</translation>
    </message>
    <message>
        <source>It offers only TLS before 1.2, which is not safe any more.</source>
        <translation>Er bietet nur TLS vor 1.2 an, das nicht mehr sicher ist.</translation>
    </message>
    <message>
        <source>It says nothing: write smtps:// for smtp:// where its port is for TLS from the start, as 465 is.</source>
        <translation>Er sagt nichts: Schreiben Sie smtps:// statt smtp://, wenn sein Port für TLS von Anfang an ist, wie 465.</translation>
    </message>
    <message>
        <source>The mail server does not let this service send: {answer}</source>
        <translation>Der Mailserver lässt diesen Dienst nicht senden: „{answer}“</translation>
    </message>
    <message>
        <source>The mail server does not take the name by which it is greeted (set SMTP_HELO): {answer}</source>
        <translation>Der Mailserver nimmt den Namen nicht an, mit dem er begrüßt wird (SMTP_HELO setzen): „{answer}“</translation>
    </message>
    <message>
        <source>The mail account has sent as much as it may for now: {answer}</source>
        <translation>Das Mailkonto hat fürs Erste so viel gesendet, wie es darf: „{answer}“</translation>
    </message>
    <message>
        <source>The mail server has a trouble of its own: {answer}</source>
        <translation>Der Mailserver hat selbst eine Störung: „{answer}“</translation>
    </message>
    <message>
        <source>The mail server refuses one recipient after the other in the same way: {answer}</source>
        <translation>Der Mailserver lehnt einen Empfänger nach dem anderen auf dieselbe Weise ab: „{answer}“</translation>
    </message>
    <message>
        <source>The mail server takes emails and gives no answer for them: {answer}</source>
        <translation>Der Mailserver nimmt E-Mails entgegen und gibt keine Antwort darauf: „{answer}“</translation>
    </message>
    <message>
        <source>The token server {server} cannot be reached: {answer}</source>
        <translation>Der Tokenserver {server} ist nicht erreichbar: „{answer}“</translation>
    </message>
    <message>
        <source>The token server {server} asks to come back later: {answer}</source>
        <translation>Der Tokenserver {server} bittet, später wiederzukommen: „{answer}“</translation>
    </message>
    <message>
        <source>What answers at {server} is no token server: {answer}</source>
        <translation>Was unter {server} antwortet, ist kein Tokenserver: „{answer}“</translation>
    </message>
    <message>
        <source>The token server {server} refuses the login: {answer}</source>
        <translation>Der Tokenserver {server} lehnt die Anmeldung ab: „{answer}“</translation>
    </message>
    <message>
        <source>The client secret of {account} ends in {wait}. Make a new one at the provider, and set {setting}.</source>
        <translation>Das Clientgeheimnis von {account} läuft in {wait} ab. Erstellen Sie beim Anbieter ein neues und stellen Sie {setting} ein.</translation>
    </message>
    <message>
        <source>The client secret of {account} has ended. Make a new one at the provider, and set {setting}.</source>
        <translation>Das Clientgeheimnis von {account} ist abgelaufen. Erstellen Sie beim Anbieter ein neues und stellen Sie {setting} ein.</translation>
    </message>
    <message>
        <source>The certificate of {account} ends in {wait}. Upload a new one at the provider, and set {setting}.</source>
        <translation>Das Zertifikat von {account} läuft in {wait} ab. Laden Sie beim Anbieter ein neues hoch und stellen Sie {setting} ein.</translation>
    </message>
    <message>
        <source>The certificate of {account} has ended. Upload a new one at the provider, and set {setting}.</source>
        <translation>Das Zertifikat von {account} ist abgelaufen. Laden Sie beim Anbieter ein neues hoch und stellen Sie {setting} ein.</translation>
    </message>
    <message>
        <source>{problem} What may help: {advice}</source>
        <translation>{problem} Was helfen kann: {advice}</translation>
    </message>
    <message>
        <source>Set the client secret&apos;s value, not its id, and look whether the client id is the application&apos;s.</source>
        <translation>Stellen Sie den Wert des Clientgeheimnisses ein, nicht seine ID, und prüfen Sie, ob die Client-ID die der Anwendung ist.</translation>
    </message>
    <message>
        <source>Make a new client secret at the provider, and set it here.</source>
        <translation>Erstellen Sie beim Anbieter ein neues Clientgeheimnis und stellen Sie es hier ein.</translation>
    </message>
    <message>
        <source>Upload the certificate to the application at the provider; it may have ended.</source>
        <translation>Laden Sie das Zertifikat beim Anbieter zur Anwendung hoch; es kann abgelaufen sein.</translation>
    </message>
    <message>
        <source>Look at the client id and the tenant: the application is not there, or is disabled.</source>
        <translation>Prüfen Sie die Client-ID und den Mandanten: Die Anwendung gibt es dort nicht, oder sie ist deaktiviert.</translation>
    </message>
    <message>
        <source>Look at the tenant: there is none of that id or domain.</source>
        <translation>Prüfen Sie den Mandanten: Es gibt keinen mit dieser ID oder Domain.</translation>
    </message>
    <message>
        <source>Set this machine&apos;s clock: it may be wrong.</source>
        <translation>Stellen Sie die Uhr dieses Computers: Sie kann falsch gehen.</translation>
    </message>
    <message>
        <source>Give consent anew and set the new refresh token. At Google those of apps in testing end after 7 days.</source>
        <translation>Stimmen Sie neu zu und stellen Sie das neue Refresh-Token ein. Bei Google enden die von Apps im Test nach 7 Tagen.</translation>
    </message>
    <message>
        <source>Give the application its permission at the provider, with an administrator&apos;s consent.</source>
        <translation>Geben Sie der Anwendung beim Anbieter ihre Berechtigung, mit der Zustimmung eines Administrators.</translation>
    </message>
    <message>
        <source>Make a new key for the service account, and set it here.</source>
        <translation>Erstellen Sie einen neuen Schlüssel für das Dienstkonto und stellen Sie ihn hier ein.</translation>
    </message>
    <message>
        <source>Look at the user: there is no such mailbox.</source>
        <translation>Prüfen Sie den Benutzer: Es gibt kein solches Postfach.</translation>
    </message>
    <message>
        <source>In Google&apos;s admin console allow the service account&apos;s client id the scope https://mail.google.com/ (domain-wide delegation).</source>
        <translation>Erlauben Sie unter admin.google.com der Client-ID des Dienstkontos den Bereich https://mail.google.com/ (domainweite Delegierung).</translation>
    </message>
    <message>
        <source>Look at the four steps at Microsoft: the permission SMTP.SendAsApp with admin consent, New-ServicePrincipal with the object id of the enterprise application, Add-MailboxPermission for it, and the mailbox as the user.</source>
        <translation>Prüfen Sie die vier Schritte bei Microsoft: die Berechtigung SMTP.SendAsApp mit Administratorzustimmung, New-ServicePrincipal mit der Objekt-ID der Unternehmensanwendung, Add-MailboxPermission für sie, und das Postfach als Benutzer.</translation>
    </message>
    <message>
        <source>Switch SMTP AUTH on: Set-CASMailbox -SmtpClientAuthenticationDisabled $false for the mailbox, or Set-TransportConfig for all.</source>
        <translation>Schalten Sie SMTP AUTH ein: Set-CASMailbox -SmtpClientAuthenticationDisabled $false für das Postfach, oder Set-TransportConfig für alle.</translation>
    </message>
    <message>
        <source>Security defaults or conditional access keep it out: allow the application or the mailbox there.</source>
        <translation>Sicherheitsstandards oder bedingter Zugriff lassen es nicht herein: Erlauben Sie dort die Anwendung oder das Postfach.</translation>
    </message>
    <message>
        <source>Passwords are not taken there any more: set SMTP_OAUTH, and leave the password out.</source>
        <translation>Passwörter werden dort nicht mehr angenommen: Stellen Sie SMTP_OAUTH ein, und lassen Sie das Passwort weg.</translation>
    </message>
    <message>
        <source>Send as the mailbox itself (MAIL_FROM), or give it the right: Add-RecipientPermission … SendAs.</source>
        <translation>Senden Sie als das Postfach selbst (MAIL_FROM), oder geben Sie ihm das Recht: Add-RecipientPermission … SendAs.</translation>
    </message>
    <message>
        <source>The commonest reason: {answer}</source>
        <translation>Häufigster Grund: {answer}</translation>
    </message>
    <message>
        <source>{name} has saved version {version} meanwhile. Look at it first.</source>
        <translation>{name} hat inzwischen Version {version} gespeichert. Sehen Sie sie zuerst an.</translation>
    </message>
    <message>
        <source>The template cannot be used. {problem}</source>
        <translation>Die Vorlage ist so nicht zu gebrauchen. {problem}</translation>
    </message>
    <message>
        <source>{part}: {problem}</source>
        <translation>{part}: {problem}</translation>
    </message>
    <message>
        <source>{part}, line {line}: {problem}</source>
        <translation>{part}, Zeile {line}: {problem}</translation>
    </message>
    <message>
        <source>subject</source>
        <translation>Betreff</translation>
    </message>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>html</source>
        <translation>HTML</translation>
    </message>
    <message>
        <source>cannot be read: {problem}.</source>
        <translation>ist nicht zu lesen: „{problem}“.</translation>
    </message>
    <message>
        <source>holds a control character.</source>
        <translation>enthält ein Steuerzeichen.</translation>
    </message>
    <message>
        <source>holds a number that is too long.</source>
        <translation>enthält eine zu lange Zahl.</translation>
    </message>
    <message>
        <source>is nested too deeply.</source>
        <translation>ist zu tief verschachtelt.</translation>
    </message>
    <message>
        <source>fills in and decides too often: at most {most} times.</source>
        <translation>setzt zu oft ein oder entscheidet zu oft: höchstens {most}-mal.</translation>
    </message>
    <message>
        <source>cannot be filled in: {problem}.</source>
        <translation>lässt sich nicht ausfüllen: „{problem}“.</translation>
    </message>
    <message>
        <source>is empty.</source>
        <translation>ist leer.</translation>
    </message>
    <message>
        <source>must be one line.</source>
        <translation>muss eine einzige Zeile sein.</translation>
    </message>
    <message>
        <source>is longer than {most} characters.</source>
        <translation>ist länger als {most} Zeichen.</translation>
    </message>
    <message>
        <source>becomes longer than {most} characters.</source>
        <translation>wird länger als {most} Zeichen.</translation>
    </message>
    <message>
        <source>does not show the password: write {written}.</source>
        <translation>zeigt das Passwort nicht: Schreiben Sie {written}.</translation>
    </message>
    <message>
        <source>shows neither where to log in nor with which address: write {link} and {address}.</source>
        <translation>zeigt weder, wo man sich anmeldet, noch mit welcher Adresse: Schreiben Sie {link} und {address}.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is not known here. There are: {names}.</source>
        <translation>„{name}“ ist hier nicht bekannt. Es gibt: {names}.</translation>
    </message>
    <message>
        <source>There is no filter &apos;{name}&apos;. There are: {names}.</source>
        <translation>Einen Filter „{name}“ gibt es nicht. Es gibt: {names}.</translation>
    </message>
    <message>
        <source>There is no test &apos;{name}&apos;. There are: {names}.</source>
        <translation>Einen Test „{name}“ gibt es nicht. Es gibt: {names}.</translation>
    </message>
    <message>
        <source>{what} is not part of templates. They fill in {names}, and may decide by &apos;if&apos;.</source>
        <translation>{what} gehört nicht in Vorlagen. Sie setzen {names} ein und dürfen mit „if“ unterscheiden.</translation>
    </message>
    <message>
        <source>Arithmetic</source>
        <translation>Rechnen</translation>
    </message>
    <message>
        <source>A loop (for)</source>
        <translation>Eine Schleife (for)</translation>
    </message>
    <message>
        <source>An assignment (set)</source>
        <translation>Eine Zuweisung (set)</translation>
    </message>
    <message>
        <source>A call</source>
        <translation>Ein Aufruf</translation>
    </message>
    <message>
        <source>An attribute (.)</source>
        <translation>Ein Attribut (.)</translation>
    </message>
    <message>
        <source>An item ([ ])</source>
        <translation>Ein Element ([ ])</translation>
    </message>
    <message>
        <source>A macro</source>
        <translation>Ein Makro</translation>
    </message>
    <message>
        <source>A block (autoescape)</source>
        <translation>Ein Block (autoescape)</translation>
    </message>
    <message>
        <source>Another template ({how})</source>
        <translation>Eine andere Vorlage ({how})</translation>
    </message>
    <message>
        <source>{problem} (Tried with {whom}.)</source>
        <translation>{problem} (Ausprobiert mit: {whom}.)</translation>
    </message>
    <message>
        <source>somebody without a name</source>
        <translation>jemand ohne Namen</translation>
    </message>
    <message>
        <source>a name with special characters</source>
        <translation>ein Name mit Sonderzeichen</translation>
    </message>
    <message>
        <source>a very long name</source>
        <translation>ein sehr langer Name</translation>
    </message>
    <message>
        <source>The sending limit of {account} is used up. Try again at {at}.</source>
        <translation>Die Versandgrenze von {account} ist erreicht. Ein neuer Versuch ist möglich: {at}.</translation>
    </message>
    <message>
        <source>The sending limit of {account} is used up. Try again later.</source>
        <translation>Die Versandgrenze von {account} ist erreicht. Versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>All connections to {account} are in use. Try again in a moment.</source>
        <translation>Alle Verbindungen zu {account} sind belegt. Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>{name} has paused sending.</source>
        <translation>{name} hat den Versand angehalten.</translation>
    </message>
    <message>
        <source>{name} has paused sending until {until}.</source>
        <translation>{name} hat den Versand bis {until} angehalten.</translation>
    </message>
    <message>
        <source>{name} has paused sending until {until}. {why}</source>
        <translation>{name} hat den Versand bis {until} angehalten. {why}</translation>
    </message>
    <message>
        <source>Emails leave at these hours: {hours}.</source>
        <translation>E-Mails werden zu diesen Zeiten gesendet: {hours}.</translation>
    </message>
    <message>
        <source>The next emails were activated for later: they leave from {until} on.</source>
        <translation>Die nächsten E-Mails sind für später aktiviert: Sie werden ab {until} gesendet.</translation>
    </message>
    <message>
        <source>{until} is more than a year ahead.</source>
        <translation>{until} liegt mehr als ein Jahr voraus.</translation>
    </message>
    <message>
        <source>{until} is over: a pause can only end later than now.</source>
        <translation>{until} ist vorbei: Eine Pause kann nur später als jetzt enden.</translation>
    </message>
    <message>
        <source>{name} has paused sending. {why}</source>
        <translation>{name} hat den Versand angehalten. {why}</translation>
    </message>
    <message>
        <source>Sending goes on.</source>
        <translation>Der Versand geht weiter.</translation>
    </message>
    <message>
        <source>The mailbox for bounces cannot be reached: {answer}</source>
        <translation>Das Postfach für Unzustellbares ist nicht erreichbar: {answer}</translation>
    </message>
    <message>
        <source>The mailbox for bounces asks to come back later: {answer}</source>
        <translation>Das Postfach für Unzustellbares bittet um einen späteren Versuch: {answer}</translation>
    </message>
    <message>
        <source>The connection to the mailbox for bounces cannot be secured: {answer}</source>
        <translation>Die Verbindung zum Postfach für Unzustellbares lässt sich nicht absichern: {answer}</translation>
    </message>
    <message>
        <source>The mailbox for bounces refuses the login: {answer}</source>
        <translation>Das Postfach für Unzustellbares lehnt die Anmeldung ab: {answer}</translation>
    </message>
    <message>
        <source>The folder with the bounces cannot be opened: {answer}</source>
        <translation>Der Ordner mit Unzustellbarem lässt sich nicht öffnen: {answer}</translation>
    </message>
    <message>
        <source>It takes no login by password on this connection. It offers: {kinds}.</source>
        <translation>Es nimmt auf dieser Verbindung keine Anmeldung mit Passwort an. Angeboten wird: {kinds}.</translation>
    </message>
    <message>
        <source>It takes no login by access token. It offers: {kinds}.</source>
        <translation>Es nimmt keine Anmeldung mit Zugriffstoken an. Angeboten wird: {kinds}.</translation>
    </message>
    <message>
        <source>It speaks no TLS from the start on this port: write imap:// (STARTTLS) for imaps://.</source>
        <translation>Auf diesem Port beginnt es nicht mit TLS: imap:// (STARTTLS) statt imaps:// schreiben.</translation>
    </message>
    <message>
        <source>It offers no STARTTLS on this port: write imaps:// where it speaks TLS from the start.</source>
        <translation>Auf diesem Port bietet es kein STARTTLS an: imaps:// schreiben, wo es mit TLS beginnt.</translation>
    </message>
    <message>
        <source>This does not show that it comes from the provider.</source>
        <translation>Dass dies vom Anbieter kommt, ist nicht belegt.</translation>
    </message>
    <message>
        <source>This is not what the provider is known to send.</source>
        <translation>Das ist nichts, was der Anbieter bekanntermaßen schickt.</translation>
    </message>
    <message>
        <source>The provider has to be asked first, and does not answer. Try again later.</source>
        <translation>Zuvor ist der Anbieter zu fragen, und er antwortet nicht. Versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>Bounces are read again.</source>
        <translation>Unzustellbares wird wieder gelesen.</translation>
    </message>
    <message>
        <source>It was begun {tries} times and never came on: each time the server or its database ended, or failed. The server&apos;s log says more.</source>
        <translation>Es wurde {tries}-mal begonnen und kam nie voran: Jedes Mal endete der Server oder seine Datenbank, oder es gab einen Fehler. Das Protokoll des Servers sagt mehr.</translation>
    </message>
    <message>
        <source>The database was dropped or replaced under the running server, which has stopped. Restore a backup, or start the server again to begin with what is there.</source>
        <translation>Die Datenbank wurde bei laufendem Server gelöscht oder ersetzt, und der Server hat angehalten. Spielen Sie eine Sicherung ein, oder starten Sie den Server neu, um mit dem zu beginnen, was da ist.</translation>
    </message>
    <message>
        <source>All leads of this import are users by now. There is nothing left to take back.</source>
        <translation>Alle Kontakte dieses Imports sind inzwischen Benutzer. Es gibt nichts mehr rückgängig zu machen.</translation>
    </message>
    <message>
        <source>&apos;cause&apos;, &apos;held&apos; and &apos;bounced&apos; are for failed emails.</source>
        <translation>„cause“, „held“ und „bounced“ gelten für fehlgeschlagene E-Mails.</translation>
    </message>
    <message>
        <source>The mail server has accepted the email.</source>
        <translation>Der Mailserver hat die E-Mail angenommen.</translation>
    </message>
    <message>
        <source>The address does not exist.</source>
        <translation>Die Adresse gibt es nicht.</translation>
    </message>
    <message>
        <source>The mail server takes no such address.</source>
        <translation>Der Mailserver nimmt solche Adressen nicht an.</translation>
    </message>
    <message>
        <source>The domain of the address does not exist.</source>
        <translation>Die Domain der Adresse gibt es nicht.</translation>
    </message>
    <message>
        <source>The domain of the address takes no emails.</source>
        <translation>Die Domain der Adresse nimmt keine E-Mails an.</translation>
    </message>
    <message>
        <source>The recipient&apos;s mail server does not answer.</source>
        <translation>Der Mailserver des Empfängers antwortet nicht.</translation>
    </message>
    <message>
        <source>The mailbox is closed.</source>
        <translation>Das Postfach ist geschlossen.</translation>
    </message>
    <message>
        <source>The mailbox is full.</source>
        <translation>Das Postfach ist voll.</translation>
    </message>
    <message>
        <source>The email is too large for the mail server.</source>
        <translation>Die E-Mail ist dem Mailserver zu groß.</translation>
    </message>
    <message>
        <source>The mail account has used up its limit.</source>
        <translation>Das Mailkonto hat seine Grenze erreicht.</translation>
    </message>
    <message>
        <source>The mail server rejects the email by its rules.</source>
        <translation>Der Mailserver lehnt die E-Mail nach seinen Regeln ab.</translation>
    </message>
    <message>
        <source>The mail server refuses the email.</source>
        <translation>Der Mailserver lehnt die E-Mail ab.</translation>
    </message>
    <message>
        <source>The mail server asks to try again later.</source>
        <translation>Der Mailserver bittet, es später noch einmal zu versuchen.</translation>
    </message>
    <message>
        <source>The mail server does not take the email for now.</source>
        <translation>Der Mailserver nimmt die E-Mail vorerst nicht an.</translation>
    </message>
    <message>
        <source>The connection broke off: {answer}</source>
        <translation>Die Verbindung ist abgerissen: „{answer}“</translation>
    </message>
    <message>
        <source>The email was handed over, but whether it was delivered is not known. {why}</source>
        <translation>Die E-Mail wurde übergeben, aber ob sie zugestellt wurde, ist nicht bekannt. {why}</translation>
    </message>
    <message>
        <source>The mail server answered &apos;{answer}&apos; to it</source>
        <translation>Der Mailserver antwortete darauf: „{answer}“</translation>
    </message>
    <message>
        <source>The address cannot be put into an SMTP command: {answer}</source>
        <translation>Die Adresse lässt sich nicht in einen SMTP-Befehl schreiben: „{answer}“</translation>
    </message>
    <message>
        <source>The service ended while the mail server had the message; whether it was delivered is not known.</source>
        <translation>Der Dienst endete, während der Mailserver die E-Mail hatte; ob sie zugestellt wurde, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>Given up after {attempts} attempts. The last one: {answer}</source>
        <translation>Nach {attempts} Versuchen aufgegeben. Der letzte: {answer}</translation>
    </message>
    <message>
        <source>Given up after {age}. The last attempt: {answer}</source>
        <translation>Nach {age} aufgegeben. Der letzte Versuch: {answer}</translation>
    </message>
    <message>
        <source>Held by {name}.</source>
        <translation>Von {name} zurückgehalten.</translation>
    </message>
    <message>
        <source>By {name}.</source>
        <translation>Durch {name}.</translation>
    </message>
    <message>
        <source>From {before} to {after}, by {name}.</source>
        <translation>Von {before} zu {after}, durch {name}.</translation>
    </message>
    <message>
        <source>The mail server cannot be reached: {answer}</source>
        <translation>Der Mailserver ist nicht erreichbar: „{answer}“</translation>
    </message>
    <message>
        <source>The mail server asks to come back later: {answer}</source>
        <translation>Der Mailserver bittet, später wiederzukommen: „{answer}“</translation>
    </message>
    <message>
        <source>The connection to the mail server cannot be secured: {answer}</source>
        <translation>Die Verbindung zum Mailserver lässt sich nicht sichern: „{answer}“</translation>
    </message>
    <message>
        <source>The mail server refuses the login: {answer}</source>
        <translation>Der Mailserver lehnt die Anmeldung ab: „{answer}“</translation>
    </message>
    <message>
        <source>The mail server refuses the sender&apos;s address: {answer}</source>
        <translation>Der Mailserver lehnt die Absenderadresse ab: „{answer}“</translation>
    </message>
    <message>
        <source>The passwords of queued emails cannot be read: {answer}</source>
        <translation>Die Passwörter der wartenden E-Mails lassen sich nicht lesen: „{answer}“</translation>
    </message>
    <message>
        <source>{problem} The other accounts go on sending.</source>
        <translation>{problem} Die anderen Konten senden weiter.</translation>
    </message>
    <message>
        <source>The mail server at {server} does not answer.</source>
        <translation>Der Mailserver unter {server} antwortet nicht.</translation>
    </message>
    <message>
        <source>The file is larger than {megabytes} MB. Split it and import the parts.</source>
        <translation>Die Datei ist größer als {megabytes} MB. Teilen Sie sie, und importieren Sie die Teile.</translation>
    </message>
    <message>
        <source>The file is empty. It needs a header line and one lead on each line after it.</source>
        <translation>Die Datei ist leer. Sie braucht eine Zeile mit Überschriften und in jeder weiteren Zeile einen Kontakt.</translation>
    </message>
    <message>
        <source>The file is not text. Save the table as CSV (UTF-8) and import that.</source>
        <translation>Die Datei ist kein Text. Speichern Sie die Tabelle als CSV (UTF-8), und importieren Sie diese Datei.</translation>
    </message>
    <message>
        <source>The file has nothing in line {line} or after it. Choose another line of titles.</source>
        <translation>In Zeile {line} der Datei und danach steht nichts. Wählen Sie eine andere Zeile mit Überschriften.</translation>
    </message>
    <message>
        <source>The file has no column with email addresses. Line {line} names: {titles}. Name one of them &apos;email&apos;.</source>
        <translation>Die Datei hat keine Spalte mit E-Mail-Adressen. In Zeile {line} stehen: {titles}. Nennen Sie eine davon „E-Mail“.</translation>
    </message>
    <message>
        <source>The sheet &apos;{sheet}&apos; is empty. It needs a header row and one lead in each row after it.</source>
        <translation>Das Tabellenblatt „{sheet}“ ist leer. Es braucht eine Zeile mit Überschriften und in jeder weiteren Zeile einen Kontakt.</translation>
    </message>
    <message>
        <source>All rows of the sheet &apos;{sheet}&apos; are hidden. Show them, or have hidden rows imported, too.</source>
        <translation>Alle Zeilen des Tabellenblatts „{sheet}“ sind ausgeblendet. Blenden Sie sie ein, oder lassen Sie ausgeblendete Zeilen mit importieren.</translation>
    </message>
    <message>
        <source>The workbook has no such sheet. It has: {sheets}.</source>
        <translation>Die Arbeitsmappe hat dieses Tabellenblatt nicht. Sie hat: {sheets}.</translation>
    </message>
    <message>
        <source>This is an old workbook (XLS). Save it as XLSX or as CSV and import that.</source>
        <translation>Das ist eine alte Arbeitsmappe (XLS). Speichern Sie sie als XLSX oder als CSV, und importieren Sie diese Datei.</translation>
    </message>
    <message>
        <source>The workbook is protected by a password. Save it without one and import that.</source>
        <translation>Die Arbeitsmappe ist durch ein Passwort geschützt. Speichern Sie sie ohne Passwort, und importieren Sie diese Datei.</translation>
    </message>
    <message>
        <source>The workbook cannot be read. Open it, save it again as XLSX, or save the sheet as CSV, and import that.</source>
        <translation>Die Arbeitsmappe ist nicht lesbar. Öffnen Sie sie, speichern Sie sie neu als XLSX oder das Tabellenblatt als CSV, und importieren Sie diese Datei.</translation>
    </message>
    <message>
        <source>The workbook is too large to be read. Save the sheet as CSV and import that.</source>
        <translation>Die Arbeitsmappe ist zu groß. Speichern Sie das Tabellenblatt als CSV, und importieren Sie diese Datei.</translation>
    </message>
    <message>
        <source>This is an archive of files. Unpack it and import the table that is in it.</source>
        <translation>Das ist ein Archiv. Entpacken Sie es, und importieren Sie die Tabelle, die darin ist.</translation>
    </message>
    <message>
        <source>This is a document and not a table. Copy its table to a spreadsheet and import that.</source>
        <translation>Das ist ein Dokument und keine Tabelle. Kopieren Sie seine Tabelle in eine Tabellenkalkulation, und importieren Sie diese.</translation>
    </message>
    <message>
        <source>This is a picture and not a table.</source>
        <translation>Das ist ein Bild und keine Tabelle.</translation>
    </message>
    <message>
        <source>These are contact cards (vCard). Export the contacts as CSV and import that.</source>
        <translation>Das sind Visitenkarten (vCard). Exportieren Sie die Kontakte als CSV, und importieren Sie diese Datei.</translation>
    </message>
    <message>
        <source>This is a calendar. Export the contacts as CSV and import that.</source>
        <translation>Das ist ein Kalender. Exportieren Sie die Kontakte als CSV, und importieren Sie diese Datei.</translation>
    </message>
    <message>
        <source>This is an export of a directory (LDIF). Export the contacts as CSV and import that.</source>
        <translation>Das ist der Export eines Verzeichnisses (LDIF). Exportieren Sie die Kontakte als CSV, und importieren Sie diese Datei.</translation>
    </message>
    <message>
        <source>This is JSON and not a table. Save it as CSV and import that.</source>
        <translation>Das ist JSON und keine Tabelle. Speichern Sie es als CSV, und importieren Sie diese Datei.</translation>
    </message>
    <message>
        <source>This is a web page (HTML). Open it in a spreadsheet, save it as XLSX, and import that.</source>
        <translation>Das ist eine Webseite (HTML). Öffnen Sie sie in einer Tabellenkalkulation, speichern Sie sie als XLSX, und importieren Sie diese Datei.</translation>
    </message>
    <message>
        <source>This is XML and not a table. Open it in a spreadsheet, save it as XLSX or CSV, and import that.</source>
        <translation>Das ist XML und keine Tabelle. Öffnen Sie es in einer Tabellenkalkulation, speichern Sie es als XLSX oder CSV, und importieren Sie diese Datei.</translation>
    </message>
    <message>
        <source>This is no email address: it has no @.</source>
        <translation>Das ist keine E-Mail-Adresse: Das @ fehlt.</translation>
    </message>
    <message>
        <source>What stands before the @ cannot be used in an email address.</source>
        <translation>Was vor dem @ steht, ist in einer E-Mail-Adresse nicht möglich.</translation>
    </message>
    <message>
        <source>What stands after the @ is no domain.</source>
        <translation>Was nach dem @ steht, ist keine Domain.</translation>
    </message>
    <message>
        <source>The domain {domain} is not whole: it has no dot.</source>
        <translation>Die Domain {domain} ist unvollständig: Sie hat keinen Punkt.</translation>
    </message>
    <message>
        <source>The domain {domain} is reserved; no email can be delivered there.</source>
        <translation>Die Domain {domain} ist reserviert; dorthin kann keine E-Mail zugestellt werden.</translation>
    </message>
    <message>
        <source>The address is longer than email addresses can be.</source>
        <translation>Die Adresse ist länger, als E-Mail-Adressen sein können.</translation>
    </message>
    <message>
        <source>Another version of the server began this, in a way that this one does not know. Begin it anew.</source>
        <translation>Eine andere Version des Servers hat dies auf eine Weise begonnen, die diese Version nicht kennt. Beginnen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The account is disabled.</source>
        <translation>Das Konto ist gesperrt.</translation>
    </message>
    <message>
        <source>The last owner who can log in is {name}. Make somebody else an owner first.</source>
        <translation>{name} ist der letzte Inhaber, der sich anmelden kann. Machen Sie zuerst jemand anderen zum Inhaber.</translation>
    </message>
</context>
<context>
    <name>ProblemList</name>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Rows that cannot be used</source>
        <translation>Unbrauchbare Zeilen</translation>
    </message>
    <message>
        <source>Save as CSV…</source>
        <translation>Als CSV speichern …</translation>
    </message>
    <message>
        <source>1 row cannot be used</source>
        <translation>1 Zeile ist unbrauchbar</translation>
    </message>
    <message>
        <source>{0} rows cannot be used</source>
        <translation>{0} Zeilen sind unbrauchbar</translation>
    </message>
    <message>
        <source>, the first {0} are listed</source>
        <translation>, die ersten {0} sind aufgeführt</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>All reasons ({0})</source>
        <translation>Alle Gründe ({0})</translation>
    </message>
</context>
<context>
    <name>ProgressDialog</name>
    <message>
        <source>Creating users… 0%</source>
        <translation>Benutzer werden angelegt … 0 %</translation>
    </message>
    <message>
        <source>Users created</source>
        <translation>Angelegte Benutzer</translation>
    </message>
    <message>
        <source>Preparing…</source>
        <translation>Wird vorbereitet …</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>{0} / {1} leads reserved</source>
        <translation>{0} / {1} Kontakte reserviert</translation>
    </message>
    <message>
        <source>{0} / {1} users created, {2} skipped ({3}%)</source>
        <translation>{0} / {1} Benutzer angelegt, {2} übersprungen ({3} %)</translation>
    </message>
    <message>
        <source>{0} / {1} users created ({2}%)</source>
        <translation>{0} / {1} Benutzer angelegt ({2} %)</translation>
    </message>
    <message>
        <source>Creating users… {0}%</source>
        <translation>Benutzer werden angelegt … {0} %</translation>
    </message>
    <message>
        <source>The connection is lost. The server goes on; this picks up when it is back.</source>
        <translation>Die Verbindung ist weg. Der Server macht weiter; hier geht es weiter, sobald sie zurück ist.</translation>
    </message>
    <message>
        <source>Stopping after the leads in hand…</source>
        <translation>Wird nach den laufenden Kontakten angehalten …</translation>
    </message>
    <message>
        <source>The emails go out by themselves afterwards.</source>
        <translation>Die E-Mails werden danach von selbst gesendet.</translation>
    </message>
    <message>
        <source>{0} per second, {1} s left</source>
        <translation>{0} pro Sekunde, noch {1} s</translation>
    </message>
    <message>
        <source>{0} per second, {1} min left</source>
        <translation>{0} pro Sekunde, noch {1} min</translation>
    </message>
    <message>
        <source>Go on in the background</source>
        <translation>Im Hintergrund weitermachen</translation>
    </message>
    <message>
        <source>Connect now</source>
        <translation>Jetzt verbinden</translation>
    </message>
    <message>
        <source>Reserving leads…</source>
        <translation>Kontakte werden reserviert …</translation>
    </message>
</context>
<context>
    <name>ProgressStep</name>
    <message>
        <source>Rows imported</source>
        <translation>Importierte Zeilen</translation>
    </message>
    <message>
        <source>{0} of {1} rows ({2}%)</source>
        <translation>{0} von {1} Zeilen ({2} %)</translation>
    </message>
    <message>
        <source>Taking the leads away again…</source>
        <translation>Die Kontakte werden wieder entfernt …</translation>
    </message>
    <message>
        <source>The connection is lost. The server goes on; this picks up when it is back.</source>
        <translation>Die Verbindung ist weg. Der Server macht weiter; hier geht es weiter, sobald sie zurück ist.</translation>
    </message>
    <message>
        <source>You can close this window: the server goes on by itself.</source>
        <translation>Sie können dieses Fenster schließen: Der Server macht von selbst weiter.</translation>
    </message>
</context>
<context>
    <name>QueueActions</name>
    <message>
        <source>The server cannot be reached.</source>
        <translation>Der Server ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>Viewers may look on but change nothing. Ask an operator or an owner.</source>
        <translation>Betrachter dürfen zusehen, aber nichts ändern. Fragen Sie einen Operator oder Inhaber.</translation>
    </message>
    <message>
        <source>Show emails</source>
        <translation>E-Mails anzeigen</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Open captured email</source>
        <translation>Aufgefangene E-Mail öffnen</translation>
    </message>
    <message>
        <source>All causes</source>
        <translation>Alle Ursachen</translation>
    </message>
    <message>
        <source>{0} selected</source>
        <translation>{0} ausgewählt</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Aufheben</translation>
    </message>
    <message>
        <source>Select all that match</source>
        <translation>Alle passenden auswählen</translation>
    </message>
    <message>
        <source>Select all {0}</source>
        <translation>Alle {0} auswählen</translation>
    </message>
    <message>
        <source>Choose a cause to deal with all of its emails.</source>
        <translation>Wählen Sie eine Ursache, um alle ihre E-Mails zu bearbeiten.</translation>
    </message>
    <message>
        <source>Tick emails to deal with several at once.</source>
        <translation>Haken Sie E-Mails an, um mehrere zugleich zu bearbeiten.</translation>
    </message>
</context>
<context>
    <name>QueueDesk</name>
    <message>
        <source>Sending goes on.</source>
        <translation>Der Versand geht weiter.</translation>
    </message>
    <message>
        <source>Sending is paused.</source>
        <translation>Der Versand ist angehalten.</translation>
    </message>
    <message>
        <source>Sending is paused until {0}.</source>
        <translation>Der Versand ist bis {0} angehalten.</translation>
    </message>
    <message>
        <source>It is tried again.</source>
        <translation>Es wird erneut versucht.</translation>
    </message>
</context>
<context>
    <name>QueueLists</name>
    <message>
        <source>Failures by cause</source>
        <extracomment>What is shown instead of rows is about the server, not about the list.</extracomment>
        <translation>Fehlschläge nach Ursache</translation>
    </message>
    <message>
        <source>Nothing matches</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>Nothing here contains it.</source>
        <translation>Nichts hier enthält das.</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alle anzeigen</translation>
    </message>
</context>
<context>
    <name>ReadingChoices</name>
    <message>
        <source>Encoding</source>
        <translation>Kodierung</translation>
    </message>
    <message>
        <source>Delimiter</source>
        <translation>Trennzeichen</translation>
    </message>
    <message>
        <source>Sheet</source>
        <translation>Tabellenblatt</translation>
    </message>
    <message>
        <source>Titles</source>
        <translation>Überschriften</translation>
    </message>
    <message>
        <source>{0} (hidden)</source>
        <translation>{0} (ausgeblendet)</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>In line {0}</source>
        <translation>In Zeile {0}</translation>
    </message>
    <message>
        <source>Import the hidden rows, too</source>
        <translation>Ausgeblendete Zeilen mit importieren</translation>
    </message>
</context>
<context>
    <name>Result</name>
    <message>
        <source>Email</source>
        <translation>E-Mail</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>All others became users. Skipped leads are left as they are.</source>
        <translation>Alle anderen wurden Benutzer. Übersprungene Kontakte bleiben, wie sie sind.</translation>
    </message>
    <message>
        <source>1 lead was skipped</source>
        <translation>1 Kontakt wurde übersprungen</translation>
    </message>
    <message>
        <source>{0} leads were skipped</source>
        <translation>{0} Kontakte wurden übersprungen</translation>
    </message>
</context>
<context>
    <name>ResultStep</name>
    <message>
        <source>Became users and stay</source>
        <translation>Wurden Benutzer und bleiben</translation>
    </message>
    <message>
        <source>Leads taken away again</source>
        <translation>Wieder entfernte Kontakte</translation>
    </message>
</context>
<context>
    <name>Role</name>
    <message>
        <source>Reporter</source>
        <translation>Melder</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>Betrachter</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>Operator</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>Inhaber</translation>
    </message>
    <message>
        <source>For a program: it reports which users are online, and is shown nothing.</source>
        <translation>Für ein Programm: Es meldet, welche Benutzer online sind, und bekommt nichts zu sehen.</translation>
    </message>
    <message>
        <source>May look on: leads, queue and users. Changes nothing.</source>
        <translation>Darf zusehen: Kontakte, Warteschlange, Benutzer. Ändert nichts.</translation>
    </message>
    <message>
        <source>Imports and activates leads, and looks after the queue.</source>
        <translation>Importiert und aktiviert Kontakte und kümmert sich um die Warteschlange.</translation>
    </message>
    <message>
        <source>Everything, and besides: admins and the template of the email.</source>
        <translation>Alles, und dazu Administratoren und die Vorlage der E-Mail.</translation>
    </message>
</context>
<context>
    <name>RowsDialog</name>
    <message>
        <source>Save as CSV…</source>
        <translation>Als CSV speichern …</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>RowsModel</name>
    <message>
        <source>Picked</source>
        <extracomment>From left to right. The column whose cells are check boxes, if there is one. The columns by which the rows can be sorted.</extracomment>
        <translation>Ausgewählt</translation>
    </message>
</context>
<context>
    <name>RowsTable</name>
    <message>
        <source>Save as CSV</source>
        <extracomment>By heading: the least width in pixels, of names and the like, or texts as wide as the widest that can come.</extracomment>
        <translation>Als CSV speichern</translation>
    </message>
</context>
<context>
    <name>SampleTable</name>
    <message>
        <source>Rows of the file</source>
        <translation>Zeilen der Datei</translation>
    </message>
    <message>
        <source>Column {0}</source>
        <translation>Spalte {0}</translation>
    </message>
    <message>
        <source>Column {0} holds</source>
        <translation>Spalte {0} enthält</translation>
    </message>
    <message>
        <source>Not imported</source>
        <translation>Nicht importiert</translation>
    </message>
    <message>
        <source>e.g. {0}</source>
        <translation>z. B. {0}</translation>
    </message>
    <message>
        <source>empty in these rows</source>
        <translation>in diesen Zeilen leer</translation>
    </message>
</context>
<context>
    <name>SealLine</name>
    <message>
        <source>Copy head</source>
        <translation>Endwert kopieren</translation>
    </message>
    <message>
        <source>Kept elsewhere, it proves later that nothing was taken away.</source>
        <translation>Anderswo aufbewahrt beweist er später, dass nichts weggenommen wurde.</translation>
    </message>
    <message>
        <source>Verify now</source>
        <translation>Jetzt prüfen</translation>
    </message>
    <message>
        <source>The server looks through the whole audit log…</source>
        <translation>Der Server sieht das ganze Aktivitätsprotokoll durch&#xa0;…</translation>
    </message>
    <message>
        <source>The audit log was not verified since the server has started.</source>
        <translation>Das Aktivitätsprotokoll wurde seit dem Start des Servers noch nicht geprüft.</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
</context>
<context>
    <name>SelectionBar</name>
    <message>
        <source>Clear</source>
        <translation>Aufheben</translation>
    </message>
    <message>
        <source>Tick leads to activate them.</source>
        <translation>Haken Sie Kontakte an, um sie zu aktivieren.</translation>
    </message>
    <message>
        <source>Show all leads</source>
        <translation>Alle Kontakte anzeigen</translation>
    </message>
    <message>
        <source>Show only these</source>
        <translation>Nur diese anzeigen</translation>
    </message>
    <message>
        <source>{0} selected</source>
        <translation>{0} ausgewählt</translation>
    </message>
    <message>
        <source>{0} of {1} selected</source>
        <translation>{0} von {1} ausgewählt</translation>
    </message>
    <message>
        <source>{0} selected, none of them shown here</source>
        <translation>{0} ausgewählt, hier ist keiner davon zu sehen</translation>
    </message>
    <message>
        <source>{0} selected, {1} of them not shown here</source>
        <translation>{0} ausgewählt, {1} davon hier nicht zu sehen</translation>
    </message>
</context>
<context>
    <name>Sending</name>
    <message>
        <source>Nothing to send</source>
        <extracomment>Name of one of the theme&apos;s colours. The state&apos;s name. How fast, how long, and why; perhaps nothing. When the queue will be empty; perhaps nothing.</extracomment>
        <translation>Nichts zu senden</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Versand läuft</translation>
    </message>
    <message>
        <source>Limited</source>
        <translation>Begrenzt</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Blockiert</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Slowed</source>
        <translation>Verlangsamt</translation>
    </message>
    <message>
        <source>Outside of the sending hours</source>
        <translation>Außerhalb der Sendezeiten</translation>
    </message>
    <message>
        <source>Sending goes on without this window.</source>
        <translation>Der Versand geht ohne dieses Fenster weiter.</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>Nicht verbunden</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Verbinden …</translation>
    </message>
    <message>
        <source>All left but {0} held.</source>
        <translation>Alles gesendet bis auf {0} zurückgehaltene.</translation>
    </message>
    <message>
        <source>All left but {0} that failed.</source>
        <translation>Alles gesendet bis auf {0} fehlgeschlagene.</translation>
    </message>
    <message>
        <source>All left but {0} that failed and {1} held.</source>
        <translation>Alles gesendet bis auf {0} fehlgeschlagene und {1} zurückgehaltene.</translation>
    </message>
    <message>
        <source>All left.</source>
        <translation>Alles gesendet.</translation>
    </message>
    <message>
        <source>{0} came back.</source>
        <translation>{0} zurückgekommen.</translation>
    </message>
    <message>
        <source>The first emails come as users are created.</source>
        <translation>Die ersten E-Mails kommen, sobald Benutzer angelegt sind.</translation>
    </message>
    <message>
        <source>The mail server asked for it: about {0} a minute.</source>
        <translation>Der Mailserver wünscht es so: etwa {0} pro Minute.</translation>
    </message>
    <message>
        <source>The sending limit leaves room for the next {0} in {1}.</source>
        <translation>Die Versandgrenze lässt die nächsten {0} in {1} zu.</translation>
    </message>
    <message>
        <source>The mail server asked for it.</source>
        <translation>Der Mailserver wünscht es so.</translation>
    </message>
    <message>
        <source>The sending limit leaves no room at the moment.</source>
        <translation>Die Versandgrenze lässt gerade nichts zu.</translation>
    </message>
    <message>
        <source>It goes on at {0}.</source>
        <translation>Es geht weiter: {0}.</translation>
    </message>
    <message>
        <source>All that is left was put off and is tried again by itself.</source>
        <translation>Alles Übrige wurde aufgeschoben und wird von selbst erneut versucht.</translation>
    </message>
    <message>
        <source>All that is left was put off. Next try in {0}.</source>
        <translation>Alles Übrige wurde aufgeschoben. Nächster Versuch in {0}.</translation>
    </message>
    <message>
        <source>Next try in {0}.</source>
        <translation>Nächster Versuch in {0}.</translation>
    </message>
    <message>
        <source>It is tried now.</source>
        <translation>Es wird gerade versucht.</translation>
    </message>
    <message>
        <source>Nothing leaves until somebody resumes.</source>
        <translation>Nichts wird gesendet, bis jemand den Versand fortsetzt.</translation>
    </message>
    <message>
        <source>It goes on by itself.</source>
        <translation>Er geht von selbst weiter.</translation>
    </message>
    <message>
        <source>When the queue will be empty cannot be said.</source>
        <translation>Wann die Warteschlange leer ist, lässt sich nicht sagen.</translation>
    </message>
    <message>
        <source>Empty at about {0}, at the measured speed.</source>
        <translation>Leer gegen {0}, nach der gemessenen Geschwindigkeit.</translation>
    </message>
    <message>
        <source>Empty at about {0}, when the last email is due.</source>
        <translation>Leer gegen {0}, wenn die letzte E-Mail fällig ist.</translation>
    </message>
    <message>
        <source>Empty at about {0}, by the limits.</source>
        <translation>Leer gegen {0}, nach den Grenzen.</translation>
    </message>
</context>
<context>
    <name>SendingPanel</name>
    <message>
        <source>Resume sending</source>
        <translation>Versand fortsetzen</translation>
    </message>
    <message>
        <source>Pause sending…</source>
        <translation>Versand anhalten …</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Wird geladen …</translation>
    </message>
    <message>
        <source>The last hour could not be loaded. {0}</source>
        <translation>Die letzte Stunde konnte nicht geladen werden. {0}</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Jetzt versuchen</translation>
    </message>
</context>
<context>
    <name>ServerChoice</name>
    <message>
        <source>Server address</source>
        <translation>Serveradresse</translation>
    </message>
    <message>
        <source>Use this server</source>
        <translation>Diesen Server nutzen</translation>
    </message>
    <message>
        <source>Use it anyway</source>
        <translation>Trotzdem nutzen</translation>
    </message>
    <message>
        <source>This is not a server&apos;s address. Give one like desk.example.com or http://localhost:4000.</source>
        <translation>Das ist keine Serveradresse. Geben Sie eine an wie desk.example.com oder http://localhost:4000.</translation>
    </message>
    <message>
        <source>Looking who answers there…</source>
        <translation>Es wird nachgesehen, wer dort antwortet …</translation>
    </message>
    <message>
        <source>Activation Desk {1} answers at {0}.</source>
        <translation>Activation Desk {1} antwortet unter {0}.</translation>
    </message>
    <message>
        <source>Activation Desk answers at {0}, but without encryption: your password would travel in the clear. The server needs a certificate.</source>
        <translation>Activation Desk antwortet unter {0}, aber unverschlüsselt: Ihr Passwort wäre unterwegs lesbar. Der Server braucht ein Zertifikat.</translation>
    </message>
    <message>
        <source>What answers at {0} cannot prove who it is: its certificate is not good.</source>
        <translation>Was unter {0} antwortet, kann nicht beweisen, wer es ist: Sein Zertifikat ist nicht gültig.</translation>
    </message>
    <message>
        <source>A proxy answers at {0}, but the server behind it does not, for now.</source>
        <translation>Unter {0} antwortet ein Proxy, aber der Server dahinter zurzeit nicht.</translation>
    </message>
    <message>
        <source>What answers at {0} is not Activation Desk.</source>
        <translation>Was unter {0} antwortet, ist nicht Activation Desk.</translation>
    </message>
    <message>
        <source>Nothing answers at {0}. Is the address right, and the network up?</source>
        <translation>Unter {0} antwortet nichts. Stimmt die Adresse, und besteht eine Netzverbindung?</translation>
    </message>
</context>
<context>
    <name>SettingsDesk</name>
    <message>
        <source>That did not work: {0}</source>
        <translation>Das hat nicht geklappt: {0}</translation>
    </message>
    <message>
        <source>That cannot be read: {0}</source>
        <translation>Das kann nicht gelesen werden: {0}</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Your account</source>
        <translation>Ihr Konto</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Darstellung</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Design</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Benachrichtigungen</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>What this program has noted</source>
        <translation>Was dieses Programm festgehalten hat</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Not connected to the server.</source>
        <translation>Keine Verbindung zum Server.</translation>
    </message>
    <message>
        <source>Tell me again</source>
        <translation>Wieder benachrichtigen</translation>
    </message>
    <message>
        <source>Nothing for an hour</source>
        <translation>Eine Stunde lang nichts</translation>
    </message>
    <message>
        <source>Nothing is told until {0}.</source>
        <translation>Bis {0} kommt keine Benachrichtigung.</translation>
    </message>
    <message>
        <source>This system has no tray, so closing the window ends the program.</source>
        <translation>Dieses System hat keinen Infobereich, also beendet das Schließen des Fensters das Programm.</translation>
    </message>
    <message>
        <source>Change password…</source>
        <translation>Passwort ändern …</translation>
    </message>
    <message>
        <source>Where you are logged in…</source>
        <translation>Wo Sie angemeldet sind …</translation>
    </message>
    <message>
        <source>Server address</source>
        <translation>Serveradresse</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Tell me</source>
        <translation>Benachrichtigen</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Über alles</translation>
    </message>
    <message>
        <source>Important only</source>
        <translation>Nur Wichtiges</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>When the window is closed</source>
        <translation>Beim Schließen</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Nachfragen</translation>
    </message>
    <message>
        <source>Stay in the tray</source>
        <translation>Im Infobereich</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Start when I log in to this computer</source>
        <translation>Starten, wenn ich mich am Computer anmelde</translation>
    </message>
    <message>
        <source>Show log…</source>
        <translation>Protokoll anzeigen …</translation>
    </message>
    <message>
        <source>Logged in as</source>
        <translation>Angemeldet als</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Logins</source>
        <translation>Anmeldungen</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Quiet</source>
        <translation>Ruhe</translation>
    </message>
    <message>
        <source>This is not a server&apos;s address. Give one like http://localhost:4000 or https://desk.example.</source>
        <translation>Das ist keine Serveradresse. Geben Sie eine an wie http://localhost:4000 oder https://desk.example.</translation>
    </message>
    <message>
        <source>Another server asks for another login.</source>
        <translation>Ein anderer Server verlangt eine andere Anmeldung.</translation>
    </message>
</context>
<context>
    <name>ShowPassword</name>
    <message>
        <source>Password for the first login of {0}</source>
        <translation>Passwort für die erste Anmeldung von {0}</translation>
    </message>
    <message>
        <source>Pass it on by a way that nobody else can see. After the first login it is good no more.</source>
        <translation>Geben Sie es auf einem Weg weiter, den sonst niemand sieht. Nach der ersten Anmeldung gilt es nicht mehr.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>It is shown only now: once this is closed nobody can see it again, and a lost one is reset.</source>
        <translation>Es wird nur jetzt gezeigt: Ist dies geschlossen, kann es niemand mehr sehen; ein verlorenes wird zurückgesetzt.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Leads</source>
        <extracomment>For owners; nobody else sees the way there.</extracomment>
        <translation>Kontakte</translation>
    </message>
    <message>
        <source>Email Queue</source>
        <translation>E-Mails</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Admins</source>
        <translation>Administratoren</translation>
    </message>
    <message>
        <source>The activity is for operators and owners.</source>
        <translation>Die Aktivität ist für Operatoren und Inhaber.</translation>
    </message>
    <message>
        <source>Log out</source>
        <translation>Abmelden</translation>
    </message>
    <message>
        <source>Email Queue ({0})</source>
        <translation>E-Mails ({0})</translation>
    </message>
    <message>
        <source>Online: {0}</source>
        <translation>Online: {0}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln user(s) online</source>
        <translation>
            <numerusform>%Ln Benutzer online</numerusform>
            <numerusform>%Ln Benutzer online</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} failed</source>
        <translation>{0} fehlgeschlagen</translation>
    </message>
</context>
<context>
    <name>SkipReason</name>
    <message>
        <source>There is already a user with this address.</source>
        <translation>Es gibt schon einen Benutzer mit dieser Adresse.</translation>
    </message>
    <message>
        <source>The address cannot receive email.</source>
        <translation>Die Adresse kann keine E-Mails empfangen.</translation>
    </message>
    <message>
        <source>Another activation is dealing with this lead.</source>
        <translation>Eine andere Aktivierung bearbeitet diesen Kontakt.</translation>
    </message>
    <message>
        <source>The lead does not exist any more.</source>
        <translation>Den Kontakt gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>Another user has a value that has to be unique.</source>
        <translation>Ein anderer Benutzer hat einen Wert, der eindeutig sein muss.</translation>
    </message>
    <message>
        <source>A rule of another program does not allow this user.</source>
        <translation>Eine Regel eines anderen Programms lässt diesen Benutzer nicht zu.</translation>
    </message>
    <message>
        <source>Another program has given this lead a status of its own.</source>
        <translation>Ein anderes Programm hat diesem Kontakt einen eigenen Status gegeben.</translation>
    </message>
    <message>
        <source>It was skipped for a reason that this desktop does not know.</source>
        <translation>Er wurde aus einem Grund übersprungen, den dieser Desktop nicht kennt.</translation>
    </message>
</context>
<context>
    <name>StopImport</name>
    <message>
        <source>Stop the import of {0}?</source>
        <translation>Den Import von {0} anhalten?</translation>
    </message>
    <message>
        <source>The leads that came in so far stay, unless you take them back. That is possible later, too.</source>
        <translation>Die Kontakte, die bisher importiert wurden, bleiben, wenn Sie sie nicht entfernen. Das ist auch später möglich.</translation>
    </message>
    <message>
        <source>Go on importing</source>
        <translation>Weiter importieren</translation>
    </message>
    <message>
        <source>Stop and take back</source>
        <translation>Anhalten und entfernen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
</context>
<context>
    <name>System</name>
    <message>
        <source>There is no such file or folder</source>
        <translation>Diese Datei oder diesen Ordner gibt es nicht</translation>
    </message>
    <message>
        <source>You may not do that there</source>
        <translation>Sie haben dort nicht das Recht dazu</translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation>Der Datenträger ist voll</translation>
    </message>
    <message>
        <source>It is a folder, or is in what is none</source>
        <translation>Das ist ein Ordner, oder es liegt in etwas, das keiner ist</translation>
    </message>
    <message>
        <source>The name is too long</source>
        <translation>Der Name ist zu lang</translation>
    </message>
</context>
<context>
    <name>TemplateConflict</name>
    <message>
        <source>Somebody else has saved the template</source>
        <translation>Jemand anders hat die Vorlage gespeichert</translation>
    </message>
    <message>
        <source>{0} has saved version {1} while you wrote. Keep writing, take theirs, or save yours over it.</source>
        <translation>{0} hat Version {1} gespeichert, während Sie schrieben. Schreiben Sie weiter, übernehmen Sie die andere, oder speichern Sie Ihre darüber.</translation>
    </message>
    <message>
        <source>Somebody</source>
        <translation>Jemand</translation>
    </message>
    <message>
        <source>Either way theirs stays among the versions.</source>
        <translation>In jedem Fall bleibt die andere unter den Versionen.</translation>
    </message>
    <message>
        <source>Keep writing</source>
        <translation>Weiterschreiben</translation>
    </message>
    <message>
        <source>Take theirs</source>
        <translation>Andere übernehmen</translation>
    </message>
    <message>
        <source>Save mine</source>
        <translation>Meine speichern</translation>
    </message>
</context>
<context>
    <name>TemplateDesk</name>
    <message>
        <source>Only an owner may change the template.</source>
        <translation>Nur ein Inhaber darf die Vorlage ändern.</translation>
    </message>
    <message>
        <source>A viewer may look on but send nothing.</source>
        <translation>Ein Betrachter darf zusehen, aber nichts senden.</translation>
    </message>
</context>
<context>
    <name>TemplateDialog</name>
    <message>
        <source>Email template</source>
        <translation>E-Mail-Vorlage</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Wird geladen …</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versionen</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Betreff</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>HTML</source>
        <translation>HTML</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Filled in: {{ name }}, {{ email }}, {{ password }}, {{ login_url }}</source>
        <translation>Eingesetzt werden: {{ name }}, {{ email }}, {{ password }}, {{ login_url }}</translation>
    </message>
    <message>
        <source>Back to the original</source>
        <translation>Zurück zum Original</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Save and use</source>
        <translation>Speichern und verwenden</translation>
    </message>
    <message>
        <source>you@example.com</source>
        <translation>sie@example.com</translation>
    </message>
    <message>
        <source>Address for a test</source>
        <translation>Adresse für einen Test</translation>
    </message>
    <message>
        <source>Send test</source>
        <translation>Test senden</translation>
    </message>
    <message>
        <source>Version {0}, saved by {1}, {2}. Saved is used at once, also for emails that wait.</source>
        <translation>Version {0}, gespeichert von {1}, {2}. Gespeichertes gilt sofort, auch für wartende E-Mails.</translation>
    </message>
    <message>
        <source>This is the original. What is saved is used at once, also for emails that wait.</source>
        <translation>Das ist das Original. Gespeichertes gilt sofort, auch für wartende E-Mails.</translation>
    </message>
    <message>
        <source>The original</source>
        <translation>Das Original</translation>
    </message>
    <message>
        <source>Accepted by {0}: {1}</source>
        <translation>Angenommen von {0}: {1}</translation>
    </message>
    <message>
        <source>Not accepted by {0}: {1}</source>
        <translation>Nicht angenommen von {0}: {1}</translation>
    </message>
    <message>
        <source>line {0}</source>
        <translation>Zeile {0}</translation>
    </message>
    <message>
        <source>Only an owner may send a template that is not in use.</source>
        <translation>Nur ein Inhaber darf eine Vorlage senden, die nicht in Gebrauch ist.</translation>
    </message>
    <message>
        <source>{0}: the original again, by {1}, {2}</source>
        <translation>{0}: wieder das Original, von {1}, {2}</translation>
    </message>
    <message>
        <source>{0}: by {1}, {2}</source>
        <translation>{0}: von {1}, {2}</translation>
    </message>
    <message>
        <source>Correct first what is named below the text.</source>
        <translation>Berichtigen Sie zuerst, was unter dem Text genannt ist.</translation>
    </message>
</context>
<context>
    <name>ThroughputChart</name>
    <message>
        <source>Loading…</source>
        <translation>Wird geladen …</translation>
    </message>
    <message>
        <source>Emails of the last hour, by minute</source>
        <translation>E-Mails der letzten Stunde, nach Minuten</translation>
    </message>
    <message>
        <source>Retried</source>
        <translation>Aufgeschoben</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Nothing was sent in the last hour.</source>
        <translation>In der letzten Stunde wurde nichts gesendet.</translation>
    </message>
    <message>
        <source>Most in one minute: {0}, at {1}.</source>
        <translation>Höchstens in einer Minute: {0}, um {1}.</translation>
    </message>
    <message>
        <source>Retried, perhaps accepted: {0}</source>
        <translation>Wiederholt, vielleicht angenommen: {0}</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>Last hour, by minute</source>
        <translation>Letzte Stunde, nach Minuten</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Gesendet</translation>
    </message>
</context>
<context>
    <name>Time</name>
    <message>
        <source>just now</source>
        <extracomment>The longest of each unit.</extracomment>
        <translation>gerade eben</translation>
    </message>
    <message>
        <source>{0} ago</source>
        <translation>vor {0}</translation>
    </message>
    <message>
        <source>next batch</source>
        <translation>nächster Schub</translation>
    </message>
    <message>
        <source>in {0}</source>
        <translation>in {0}</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} s</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0} min</translation>
    </message>
    <message>
        <source>{0} h</source>
        <translation>{0} h</translation>
    </message>
    <message>
        <source>{0} d</source>
        <translation>{0} T</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <extracomment>The digits of fonts are of one width, so one day and one time stand for all that have as many.</extracomment>
        <translation>d. MMM yyyy</translation>
    </message>
    <message>
        <source>{0} min {1} s</source>
        <translation>{0} min {1} s</translation>
    </message>
    <message>
        <source>{0} h {1} min</source>
        <translation>{0} h {1} min</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Open Activation Desk</source>
        <translation>Activation Desk öffnen</translation>
    </message>
    <message>
        <source>No notifications for an hour</source>
        <translation>Eine Stunde lang keine Benachrichtigungen</translation>
    </message>
    <message>
        <source>Log out</source>
        <translation>Abmelden</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>{0} failed</source>
        <translation>{0} fehlgeschlagen</translation>
    </message>
    <message>
        <source>Resume sending</source>
        <translation>Versand fortsetzen</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>Versand anhalten</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>Nicht verbunden</translation>
    </message>
    <message>
        <source>Email Queue</source>
        <translation>E-Mails</translation>
    </message>
    <message>
        <source>Email Queue: empty</source>
        <translation>E-Mails: keine zu senden</translation>
    </message>
    <message>
        <source>Email Queue: {0} to send</source>
        <translation>E-Mails: {0} zu senden</translation>
    </message>
    <message>
        <source>Another server…</source>
        <translation>Anderer Server …</translation>
    </message>
</context>
<context>
    <name>Trouble</name>
    <message>
        <source>The server cannot prove who it is.</source>
        <translation>Der Server kann nicht beweisen, wer er ist.</translation>
    </message>
    <message>
        <source>The server gives a reason that this desktop does not know. The details have it in English.</source>
        <translation>Der Server nennt einen Grund, den dieses Programm nicht kennt. In den Details steht er auf Englisch.</translation>
    </message>
    <message>
        <source>The server cannot be reached.</source>
        <translation>Der Server ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>Check that it runs at {server} and that the network is up, then try again.</source>
        <translation>Prüfen Sie, ob er unter {server} läuft und das Netzwerk da ist, und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>The connection to the server was lost.</source>
        <translation>Die Verbindung zum Server ist abgerissen.</translation>
    </message>
    <message>
        <source>It is tried again.</source>
        <translation>Es wird erneut versucht.</translation>
    </message>
    <message>
        <source>A proxy answers at {server}, but the server behind it does not; it may be restarting. Try again in a moment.</source>
        <translation>Unter {server} antwortet ein Proxy, aber nicht der Server dahinter; vielleicht startet er gerade neu. Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>The file is too large for what stands in front of the server.</source>
        <translation>Die Datei ist zu groß für das, was vor dem Server steht.</translation>
    </message>
    <message>
        <source>The proxy at {server} takes no files of this size. Whoever looks after it can raise its limit to 60 MB (in nginx: client_max_body_size 60m).</source>
        <translation>Der Proxy unter {server} nimmt keine Dateien dieser Größe an. Wer ihn betreut, kann seine Grenze auf 60 MB anheben (in nginx: client_max_body_size 60m).</translation>
    </message>
    <message>
        <source>The server cannot answer.</source>
        <extracomment>It is there, and cannot do it at present.</extracomment>
        <translation>Der Server kann nicht antworten.</translation>
    </message>
    <message>
        <source>The server has not answered.</source>
        <translation>Der Server hat nicht geantwortet.</translation>
    </message>
    <message>
        <source>If the request has reached it, the activation goes on there and is shown here as soon as the connection is back. Nothing is activated twice.</source>
        <translation>Wenn die Anfrage ihn erreicht hat, geht die Aktivierung dort weiter und wird hier gezeigt, sobald die Verbindung wieder da ist. Nichts wird doppelt aktiviert.</translation>
    </message>
    <message>
        <source>The server&apos;s answer was not understood.</source>
        <translation>Die Antwort des Servers war nicht zu verstehen.</translation>
    </message>
    <message>
        <source>Server and desktop may be of different versions; update the older one.</source>
        <translation>Server und Programm haben vielleicht verschiedene Versionen; aktualisieren Sie die ältere.</translation>
    </message>
    <message>
        <source>Something else answers at this address.</source>
        <translation>Unter dieser Adresse antwortet etwas anderes.</translation>
    </message>
    <message>
        <source>Check the server&apos;s address; what answered is not Activation Desk.</source>
        <translation>Prüfen Sie die Adresse des Servers; was geantwortet hat, ist nicht Activation Desk.</translation>
    </message>
    <message>
        <source>That did not work.</source>
        <translation>Das hat nicht geklappt.</translation>
    </message>
    <message>
        <source>Name or password is missing.</source>
        <translation>Name oder Passwort fehlt.</translation>
    </message>
    <message>
        <source>Type your name and your password.</source>
        <translation>Geben Sie Ihren Namen und Ihr Passwort ein.</translation>
    </message>
    <message>
        <source>You are logged out.</source>
        <translation>Sie sind abgemeldet.</translation>
    </message>
    <message>
        <source>Log in again.</source>
        <translation>Melden Sie sich neu an.</translation>
    </message>
    <message>
        <source>The file cannot be read.</source>
        <translation>Die Datei lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>{file}: {reason}. Choose another file, or change its permissions.</source>
        <translation>{file}: {reason}. Wählen Sie eine andere Datei, oder ändern Sie ihre Rechte.</translation>
    </message>
    <message>
        <source>The file was not saved.</source>
        <translation>Die Datei wurde nicht gespeichert.</translation>
    </message>
    <message>
        <source>{file}: {reason}. Choose another place.</source>
        <translation>{file}: {reason}. Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>The connection would not be safe.</source>
        <translation>Die Verbindung wäre nicht sicher.</translation>
    </message>
    <message>
        <source>To {server} your password would travel in the clear. Use an address that starts with https:// (the server needs a certificate for it), or run the desktop on the server&apos;s own machine.</source>
        <translation>Zu {server} ginge Ihr Passwort unverschlüsselt. Nehmen Sie eine Adresse, die mit https:// beginnt (der Server braucht dafür ein Zertifikat), oder starten Sie das Programm auf dem Rechner des Servers.</translation>
    </message>
    <message>
        <source>Its certificate has expired. Whoever looks after the server has to renew it.</source>
        <translation>Sein Zertifikat ist abgelaufen. Wer den Server betreut, muss es erneuern.</translation>
    </message>
    <message>
        <source>Its certificate is not valid yet. Is the clock of this computer right?</source>
        <translation>Sein Zertifikat gilt noch nicht. Geht die Uhr dieses Computers richtig?</translation>
    </message>
    <message>
        <source>Its certificate is for another name than {host}. Use the name that the certificate is for.</source>
        <translation>Sein Zertifikat gilt für einen anderen Namen als {host}. Nehmen Sie den Namen, für den das Zertifikat gilt.</translation>
    </message>
    <message>
        <source>Its certificate comes from nobody whom this computer trusts. If your organisation has an authority of its own, have it installed on this computer, or name its file in {variable}.</source>
        <translation>Sein Zertifikat kommt von niemandem, dem dieser Computer vertraut. Hat Ihre Organisation eine eigene Zertifizierungsstelle, lassen Sie sie auf dem Computer einrichten, oder nennen Sie ihre Datei in {variable}.</translation>
    </message>
    <message>
        <source>The activation could not be finished. The other leads are as they were.</source>
        <translation>Die Aktivierung konnte nicht abgeschlossen werden. Die übrigen Kontakte sind, wie sie waren.</translation>
    </message>
</context>
<context>
    <name>UndoImport</name>
    <message>
        <source>Undo the import of {0}?</source>
        <translation>Den Import von {0} rückgängig machen?</translation>
    </message>
    <message>
        <source>The lead that came in is deleted.</source>
        <translation>Der importierte Kontakt wird gelöscht.</translation>
    </message>
    <message>
        <source>The {0} leads that came in are deleted.</source>
        <translation>Die {0} importierten Kontakte werden gelöscht.</translation>
    </message>
    <message>
        <source>Those who are users by then stay.</source>
        <translation>Wer bis dahin Benutzer ist, bleibt.</translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Undo import</source>
        <translation>Import rückgängig machen</translation>
    </message>
</context>
<context>
    <name>UsersModel</name>
    <message>
        <source>Email</source>
        <translation>E-Mail</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Presence</source>
        <translation>Anwesenheit</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>Zuletzt gesehen</translation>
    </message>
    <message>
        <source>Activated</source>
        <translation>Aktiviert</translation>
    </message>
    <message>
        <source>Online</source>
        <translation>Online</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Offline</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
</context>
<context>
    <name>UsersPage</name>
    <message>
        <source>Users</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Search name or address</source>
        <translation>Name oder Adresse suchen</translation>
    </message>
    <message>
        <source>Search users</source>
        <translation>Benutzer suchen</translation>
    </message>
    <message>
        <source>Online only</source>
        <translation>Nur online</translation>
    </message>
    <message>
        <source>Nobody matches</source>
        <translation>Niemand gefunden</translation>
    </message>
    <message>
        <source>No user is like this.</source>
        <translation>Kein Benutzer passt dazu.</translation>
    </message>
    <message>
        <source>Show all users</source>
        <translation>Alle Benutzer anzeigen</translation>
    </message>
    <message>
        <source>No users yet</source>
        <translation>Noch keine Benutzer</translation>
    </message>
    <message>
        <source>Activate leads, and they are listed here.</source>
        <translation>Aktivieren Sie Kontakte, dann stehen sie hier.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln online</source>
        <translation>
            <numerusform>%Ln online</numerusform>
            <numerusform>%Ln online</numerusform>
        </translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Export …</translation>
    </message>
    <message>
        <source>Save all users that match as CSV</source>
        <translation>Alle passenden Benutzer als CSV speichern</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>The server gives a reason that this desktop does not know. Update the desktop to read it.</source>
        <extracomment>In a sentence: another one, and after it a further one.</extracomment>
        <translation>Der Server nennt einen Grund, den dieses Programm nicht kennt. Mit einer neueren Version ist er zu lesen.</translation>
    </message>
</context>
<context>
    <name>_Editing</name>
    <message>
        <source>Saved. Emails are written by it from now on.</source>
        <translation>Gespeichert. E-Mails werden ab jetzt danach geschrieben.</translation>
    </message>
    <message>
        <source>Sending…</source>
        <translation>Wird gesendet …</translation>
    </message>
</context>
</TS>
