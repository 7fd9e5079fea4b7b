"""The sequence a new installation starts with: welcome, content, offer. Generic; the company puts in its own words."""

from leadstern.nurture.terms import Step

NAME = "Willkommen"

STEPS: list[Step] = [
    {
        "wait_hours": 1,
        "subject": {"de": "Schön, dass Sie da sind", "en": "Good to have you here"},
        "body": {
            "de": (
                "{salutation},\n\n"
                "vielen Dank für Ihr Interesse. In den nächsten Wochen erhalten Sie von uns einige wenige E-Mails, die "
                "Ihnen bei der Entscheidung helfen: worauf es ankommt, was es kostet und wie es weitergeht.\n\n"
                "Haben Sie schon jetzt eine Frage? Antworten Sie einfach auf diese E-Mail.\n\n"
                "Freundliche Grüße\n{sender_name}"
            ),
            "en": (
                "{salutation},\n\n"
                "thank you for your interest. Over the next few weeks we will send you a small number of e-mails to "
                "help you decide: what matters, what it costs and how to go on.\n\n"
                "Do you have a question already? Simply reply to this e-mail.\n\n"
                "Kind regards\n{sender_name}"
            ),
        },
    },
    {
        "wait_hours": 96,
        "subject": {"de": "Drei Fragen, die sich vorab lohnen", "en": "Three questions worth asking first"},
        "body": {
            "de": (
                "{salutation},\n\n"
                "wer diese drei Fragen früh klärt, spart später Zeit und Geld:\n\n"
                "1. Was genau soll besser werden, und woran merken Sie es?\n"
                "2. Bis wann soll es so weit sein?\n"
                "3. Wer entscheidet mit?\n\n"
                "Schreiben Sie uns Ihre Antworten, dann können wir Ihnen für {interest} gezielt etwas vorschlagen.\n\n"
                "Freundliche Grüße\n{sender_name}"
            ),
            "en": (
                "{salutation},\n\n"
                "answering these three questions early saves time and money later:\n\n"
                "1. What exactly should get better, and how will you notice?\n"
                "2. By when should it be done?\n"
                "3. Who else decides?\n\n"
                "Send us your answers and we can make a specific suggestion for {interest}.\n\n"
                "Kind regards\n{sender_name}"
            ),
        },
    },
    {
        "wait_hours": 168,
        "subject": {"de": "Sollen wir Ihnen ein Angebot machen?", "en": "Shall we make you an offer?"},
        "body": {
            "de": (
                "{salutation},\n\n"
                "wenn Sie möchten, besprechen wir {interest} in einem kurzen Telefonat und machen Ihnen danach ein "
                "unverbindliches Angebot.\n\n"
                "Antworten Sie auf diese E-Mail mit einer Telefonnummer und einer Zeit, die Ihnen passt. "
                "Wir rufen an.\n\n"
                "Freundliche Grüße\n{sender_name}"
            ),
            "en": (
                "{salutation},\n\n"
                "if you like, we will talk about {interest} in a short call and then make you an offer without "
                "obligation.\n\n"
                "Reply to this e-mail with a telephone number and a time that suits you. We will call.\n\n"
                "Kind regards\n{sender_name}"
            ),
        },
    },
]
