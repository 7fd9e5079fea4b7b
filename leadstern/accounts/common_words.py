"""Words that German-speaking people make passwords of. Folded: small letters, no umlauts. Read by `passwords`."""

WORDS = frozenset(
    """
    passwort kennwort passwd meinpasswort meinkennwort neuespasswort neueskennwort passwortneu geheim geheimnis
    strenggeheim topsecret zugang zugangsdaten anmeldung anmelden einloggen login signin benutzer benutzername
    administrator admin chef chefin vertrieb marketing buchhaltung verkauf einkauf innendienst aussendienst buero
    office firma unternehmen kunde kunden kundendienst service support sekretariat werkstatt praxis zentrale empfang
    leadstern lead leads postfach rechner computer laptop internet drucker server system test testtest probe
    beispiel muster standard start neustart initial willkommen herzlichwillkommen hallo halloleute hallowelt
    gutentag gutenmorgen gutenabend servus moin moinmoin gruezi gruessgott tschuess danke bitte liebe liebling
    schatz schatzi schaetzchen ichliebedich ichliebdich hasi hase maus mausi mausebaer spatz spatzi engel engelchen
    baerchen sonne sonnenschein sonnenblume mond stern sterne sternchen schmetterling regenbogen einhorn prinzessin
    prinz koenig koenigin drache sommer winter fruehling herbst sommerzeit weihnachten ostern silvester urlaub
    ferien wochenende feierabend montag dienstag mittwoch donnerstag freitag samstag sonntag januar jaenner februar
    maerz april mai juni juli august september oktober november dezember heute morgen gestern deutschland
    oesterreich schweiz bayern hessen sachsen europa heimat berlin hamburg muenchen koeln frankfurt stuttgart
    duesseldorf dortmund essen leipzig dresden hannover nuernberg bremen wien graz linz salzburg innsbruck zuerich
    bern basel genf fussball bundesliga nationalmannschaft weltmeister borussia schalke fcbayern bayernmuenchen
    werder werderbremen hsv eintracht fckoeln rapidwien tennis handball motorrad volkswagen mercedes porsche qwertz
    qwertzui qwertzuio qwertzuiop qwertzuiopue qwert asdf asdfg asdfgh asdfghjk asdfghjkl yxcv yxcvb yxcvbn yxcvbnm
    qaywsx qaywsxedc qayxsw abc abcd abcde abcdef abcdefg abcdefgh abcdefghij abcdefghijkl
    abcdefghijklmnopqrstuvwxyz lassmichrein sesamoeffnedich oeffnedich keineahnung vergessen passwortvergessen egal
    scheisse arschloch schnucki schnuffi kuschel kuschelbaer mama papa mutter vater oma opa familie kinder tochter
    sohn bruder schwester katze katzen hund hunde hundi pferd pferde tiger loewe schokolade erdbeere banane
    kartoffel
    """.split()
)
