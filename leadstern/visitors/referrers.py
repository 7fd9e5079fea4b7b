"""Search engines, social networks and mail programs by host and by campaign source, for DE, AT and CH.

Read by `visitors.logic`. A host is found by itself or by any domain above it; the longest match wins.
"""

from enum import StrEnum


class Family(StrEnum):
    """What kind of place a link stood in."""

    SEARCH = "search"
    SOCIAL = "social"
    EMAIL = "email"
    OTHER = "other"


SEARCH_HOSTS = {
    "com.google.android.googlequicksearchbox": "google",
    "bing.com": "bing",
    "cn.bing.com": "bing",
    "duckduckgo.com": "duckduckgo",
    "com.duckduckgo.mobile.android": "duckduckgo",
    "ecosia.org": "ecosia",
    "startpage.com": "startpage",
    "qwant.com": "qwant",
    "search.yahoo.com": "yahoo",
    "suche.t-online.de": "t-online",
    "suche.web.de": "web.de",
    "suche.gmx.net": "gmx",
    "suche.gmx.at": "gmx",
    "suche.gmx.ch": "gmx",
    "suche.1und1.de": "1und1",
    "suche.freenet.de": "freenet",
    "suche.aol.de": "aol",
    "search.aol.com": "aol",
    "search.aol.de": "aol",
    "fireball.com": "fireball",
    "fireball.de": "fireball",
    "metager.de": "metager",
    "metager.org": "metager",
    "search.brave.com": "brave",
    "swisscows.com": "swisscows",
    "search.ch": "search.ch",
    "lycos.de": "lycos",
    "ask.com": "ask",
    "kagi.com": "kagi",
    "mojeek.com": "mojeek",
    "presearch.com": "presearch",
    "yandex.com": "yandex",
    "yandex.ru": "yandex",
    "baidu.com": "baidu",
    "seznam.cz": "seznam",
    "oceanhero.today": "oceanhero",
}
SOCIAL_HOSTS = {
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "fb.me": "facebook",
    "com.facebook.katana": "facebook",
    "messenger.com": "messenger",
    "instagram.com": "instagram",
    "com.instagram.android": "instagram",
    "threads.net": "threads",
    "threads.com": "threads",
    "linkedin.com": "linkedin",
    "lnkd.in": "linkedin",
    "com.linkedin.android": "linkedin",
    "xing.com": "xing",
    "com.xing.android": "xing",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "com.google.android.youtube": "youtube",
    "vimeo.com": "vimeo",
    "tiktok.com": "tiktok",
    "pinterest.com": "pinterest",
    "pinterest.de": "pinterest",
    "pinterest.at": "pinterest",
    "pinterest.ch": "pinterest",
    "pin.it": "pinterest",
    "com.pinterest": "pinterest",
    "x.com": "x",
    "twitter.com": "x",
    "t.co": "x",
    "bsky.app": "bluesky",
    "mastodon.social": "mastodon",
    "reddit.com": "reddit",
    "com.reddit.frontpage": "reddit",
    "snapchat.com": "snapchat",
    "whatsapp.com": "whatsapp",
    "wa.me": "whatsapp",
    "t.me": "telegram",
    "telegram.org": "telegram",
    "web.telegram.org": "telegram",
    "discord.com": "discord",
    "twitch.tv": "twitch",
    "tumblr.com": "tumblr",
    "quora.com": "quora",
    "gutefrage.net": "gutefrage",
    "nebenan.de": "nebenan",
    "vk.com": "vk",
}
EMAIL_HOSTS = {
    "mail.google.com": "gmail",
    "com.google.android.gm": "gmail",
    "outlook.live.com": "outlook",
    "outlook.office.com": "outlook",
    "outlook.office365.com": "outlook",
    "mail.yahoo.com": "yahoo mail",
    "navigator.web.de": "web.de",
    "deref-web.de": "web.de",
    "deref-web-02.de": "web.de",
    "navigator.gmx.net": "gmx",
    "deref-gmx.net": "gmx",
    "email.t-online.de": "t-online",
    "mail.proton.me": "proton",
    "mail.hey.com": "hey",
    "webmail.ionos.de": "ionos",
    "mail.ionos.de": "ionos",
    "webmail.strato.de": "strato",
    "mail.bluewin.ch": "bluewin",
    "webmail.a1.net": "a1",
}
# Google's search answers under every country's domain, but not every host of Google's is its search.
GOOGLE_SEARCH_LABELS = frozenset({"", "www", "m", "images", "news", "cse"})

SEARCH_SOURCES = frozenset(SEARCH_HOSTS.values()) | {
    "adwords", "googleads", "google ads", "google_ads", "google-ads", "bingads", "bing ads", "bing_ads", "microsoft",
    "microsoft ads", "microsoft_ads", "msn", "search",
}  # fmt: skip
SOCIAL_SOURCES = frozenset(SOCIAL_HOSTS.values()) | {
    "fb", "ig", "insta", "meta", "facebook_ads", "meta_ads", "linkedin_ads", "linkedin-ads", "li", "twitter", "yt",
    "tt", "social", "socialmedia", "social-media",
}  # fmt: skip
EMAIL_SOURCES = frozenset({"email", "e-mail", "e_mail", "e mail", "mail", "newsletter", "mailing"})

_HOSTS = (
    {host: (Family.SEARCH, name) for host, name in SEARCH_HOSTS.items()}
    | {host: (Family.SOCIAL, name) for host, name in SOCIAL_HOSTS.items()}
    | {host: (Family.EMAIL, name) for host, name in EMAIL_HOSTS.items()}
)


def family_of_host(host: str) -> tuple[Family, str]:
    """The family of a referring host and the name of the place: ("search", "google"). Unknown: OTHER and the host."""
    labels = host.split(".")
    for start in range(len(labels) - 1):
        found = _HOSTS.get(".".join(labels[start:]))
        if found is not None:
            return found
    if _is_google_search(labels):
        return Family.SEARCH, "google"
    return Family.OTHER, host.removeprefix("www.")


def family_of_source(source: str) -> Family:
    """The family of a campaign's source: a name such as "google" or a host such as "l.facebook.com"; lower case."""
    if source in SEARCH_SOURCES:
        return Family.SEARCH
    if source in SOCIAL_SOURCES:
        return Family.SOCIAL
    if source in EMAIL_SOURCES:
        return Family.EMAIL
    return family_of_host(source)[0] if "." in source else Family.OTHER


def _is_google_search(labels: list[str]) -> bool:
    """google.de, www.google.at, www.google.co.uk — but not docs.google.com, and not google.example.org."""
    if "google" not in labels:
        return False
    place = labels.index("google")
    ending = labels[place + 1 :]
    is_country = len(ending) == 1 or (len(ending) == 2 and ending[0] in {"co", "com"} and len(ending[1]) == 2)
    return is_country and ".".join(labels[:place]) in GOOGLE_SEARCH_LABELS
