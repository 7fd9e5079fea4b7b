"""The texts a new installation starts with, by (purpose, language). The company replaces them with its own."""

from leadstern.consent.terms import Purpose

TEXTS: dict[tuple[str, str], str] = {
    (Purpose.PRIVACY.value, "de"): (
        "Wir verarbeiten Ihre Angaben, um Ihre Anfrage zu beantworten (Art. 6 Abs. 1 Buchst. b DSGVO). "
        "Wir geben sie nicht zu Werbezwecken weiter und löschen sie, sobald sie nicht mehr gebraucht werden und keine "
        "Aufbewahrungsfrist entgegensteht. Sie können jederzeit Auskunft, Berichtigung oder Löschung verlangen und der "
        "Verarbeitung widersprechen."
    ),
    (Purpose.PRIVACY.value, "en"): (
        "We process your details in order to answer your enquiry (Art. 6(1)(b) GDPR). We do not pass them on for "
        "advertising and delete them as soon as they are no longer needed and no retention period stands against it. "
        "You can ask for access, correction or deletion and object to the processing at any time."
    ),
    (Purpose.MARKETING.value, "de"): (
        "Ja, ich möchte per E-Mail Informationen und Angebote zu meinem Anliegen erhalten. Ich kann diese Einwilligung "
        "jederzeit mit Wirkung für die Zukunft widerrufen, zum Beispiel über den Abmeldelink in jeder E-Mail."
    ),
    (Purpose.MARKETING.value, "en"): (
        "Yes, I would like to receive information and offers about my enquiry by e-mail. I can withdraw this consent "
        "for the future at any time, for example with the unsubscribe link in every e-mail."
    ),
    (Purpose.TRACKING.value, "de"): (
        "Ich bin damit einverstanden, dass meine Besuche auf dieser Website gemessen und meiner Anfrage zugeordnet "
        "werden, damit ich besser beraten werden kann. Ich kann diese Einwilligung jederzeit widerrufen."
    ),
    (Purpose.TRACKING.value, "en"): (
        "I agree that my visits to this website are measured and linked to my enquiry so that I can be advised better. "
        "I can withdraw this consent at any time."
    ),
}
