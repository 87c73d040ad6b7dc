<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ActivityModel</name>
    <message numerus="yes">
        <source>%Ln more than {0}</source>
        <translation>
            <numerusform>{0} and %Ln more</numerusform>
            <numerusform>{0} and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AdminsPage</name>
    <message numerus="yes">
        <source>%Ln online</source>
        <translation>
            <numerusform>%Ln online</numerusform>
            <numerusform>%Ln online</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ConfirmActivation</name>
    <message numerus="yes">
        <source>{0} and %Ln others</source>
        <translation>
            <numerusform>{0} and %Ln other</numerusform>
            <numerusform>{0} and %Ln others</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LeadsDesk</name>
    <message numerus="yes">
        <source>The import of {0} is undone. %Ln of its leads became users and stay.</source>
        <translation>
            <numerusform>The import of {0} is undone. %Ln of its leads became a user and stays.</numerusform>
            <numerusform>The import of {0} is undone. %Ln of its leads became users and stay.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln lead(s) came in from {0}, then the import failed. {1}</source>
        <translation>
            <numerusform>%Ln lead came in from {0}, then the import failed. {1}</numerusform>
            <numerusform>%Ln leads came in from {0}, then the import failed. {1}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Notifications</name>
    <message numerus="yes">
        <source>%Ln email(s) could not be sent.</source>
        <extracomment>Seconds for which a queue has to be empty before that is news: the next users may be on their way. Until when nothing is told, by ``time.time``; None: no such wish.</extracomment>
        <translation>
            <numerusform>%Ln email could not be sent.</numerusform>
            <numerusform>%Ln emails could not be sent.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln email(s) came back.</source>
        <translation>
            <numerusform>%Ln email came back.</numerusform>
            <numerusform>%Ln emails came back.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln user(s) created.</source>
        <translation>
            <numerusform>%Ln user created.</numerusform>
            <numerusform>%Ln users created.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message numerus="yes">
        <source>%Ln user(s) online</source>
        <translation>
            <numerusform>%Ln user online</numerusform>
            <numerusform>%Ln users online</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UsersPage</name>
    <message numerus="yes">
        <source>%Ln online</source>
        <translation>
            <numerusform>%Ln online</numerusform>
            <numerusform>%Ln online</numerusform>
        </translation>
    </message>
</context>
</TS>
