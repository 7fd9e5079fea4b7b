"""Names the machines among those who ask for pages. Enters: a user agent; leaves: a name, or '' for a person.

The user agent itself is never stored. Crawlers run scripts today, so their hits arrive like any other; they are kept
apart in `Hit.bot` and count nowhere. Our own short list, by what the makers document; called by `visitors.ingest`.
"""

import re
from functools import lru_cache

HEADLESS = "headless browser"
NAMELESS = "no user agent"

# In this order: the first that is found gives the name.
BOTS = (
    # AI crawlers and assistants
    ("GPTBot", r"GPTBot"), ("ChatGPT", r"ChatGPT-User|OAI-SearchBot"),
    ("Claude", r"ClaudeBot|Claude-User|Claude-SearchBot|Claude-Web|anthropic-ai"),
    ("Perplexity", r"PerplexityBot|Perplexity-User"), ("Common Crawl", r"CCBot"), ("Bytespider", r"Bytespider"),
    ("Amazonbot", r"Amazonbot"), ("Meta AI", r"meta-external(?:agent|fetcher)|FacebookBot"),
    ("Mistral", r"MistralAI-User"), ("Cohere", r"cohere-ai"), ("Diffbot", r"Diffbot"),
    ("DuckAssist", r"DuckAssistBot"), ("Google AI", r"Google-Extended|Google-CloudVertexBot|GoogleAgent"),
    # search engines
    ("Googlebot", r"Googlebot|Storebot-Google|AdsBot-Google|Mediapartners-Google|Google-InspectionTool|GoogleOther"),
    ("Bingbot", r"bingbot|BingPreview|adidxbot|msnbot"), ("Applebot", r"Applebot"), ("DuckDuckBot", r"DuckDuckBot"),
    ("YandexBot", r"Yandex\w*Bot|YandexBot|YandexImages|YandexMetrika"), ("Baiduspider", r"Baiduspider"),
    ("Qwantbot", r"Qwant(?:ify|bot)"), ("Seznam", r"SeznamBot"), ("PetalBot", r"PetalBot"), ("Sogou", r"Sogou"),
    ("Ecosia", r"EcosiaBot"), ("Archive", r"archive\.org_bot|ia_archiver|heritrix"),
    # search-engine optimisation
    ("Ahrefs", r"Ahrefs(?:Bot|SiteAudit)"), ("Semrush", r"Semrush"), ("Sistrix", r"sistrix"), ("Xovi", r"XoviBot"),
    ("Seobility", r"Seobility"), ("Ryte", r"RyteBot|OnPageBot"), ("Majestic", r"MJ12bot"), ("Moz", r"rogerbot|DotBot"),
    ("DataForSEO", r"DataForSeoBot"), ("Screaming Frog", r"Screaming Frog"),
    # mail scanners and proxies that open every link
    ("Barracuda", r"Barracuda"), ("Proofpoint", r"Proofpoint|urldefense"), ("Mimecast", r"Mimecast"),
    ("Microsoft scanner", r"SafeLinks|Microsoft Office|ms-office|Microsoft-Defender"),
    ("Symantec", r"Symantec|Norton-Safeweb"),
    ("Trend Micro", r"TrendMicro|TMUFE"), ("Sophos", r"Sophos"), ("Hornetsecurity", r"Hornetsecurity"),
    ("Retarus", r"Retarus"), ("Bitdefender", r"Bitdefender"),
    ("Mail image proxy", r"GoogleImageProxy|YahooMailProxy"), ("urlscan", r"urlscan"),
    # previews of links
    ("Facebook preview", r"facebookexternalhit|facebookcatalog"), ("LinkedIn preview", r"LinkedInBot"),
    ("X preview", r"Twitterbot"), ("Slack preview", r"Slackbot|Slack-ImgProxy"), ("WhatsApp preview", r"^WhatsApp/"),
    ("Telegram preview", r"TelegramBot"), ("Teams preview", r"SkypeUriPreview"), ("Discord preview", r"Discordbot"),
    ("Pinterest", r"Pinterest(?:bot|/)"), ("XING preview", r"XING-contenttabreceiver"),
    # monitors and speed tests
    ("UptimeRobot", r"UptimeRobot"), ("Pingdom", r"Pingdom"), ("StatusCake", r"StatusCake"), ("Site24x7", r"Site24x7"),
    ("Better Stack", r"Better ?Uptime|Better ?Stack"), ("Datadog", r"Datadog"), ("New Relic", r"NewRelic"),
    ("Checkmk", r"check_http|checkmk|Nagios|Icinga|Zabbix"), ("Uptime Kuma", r"Uptime-Kuma"),
    ("Lighthouse", r"Chrome-Lighthouse|PageSpeed|GTmetrix|WebPageTest|PTST/"),
    # programs
    (HEADLESS, r"Headless|PhantomJS|SlimerJS|puppeteer|Playwright|Selenium|jsdom|Electron/.*Cypress|Cypress/"),
    ("curl", r"^curl/|libcurl"), ("Wget", r"^Wget"), ("Python", r"python-|Python/|aiohttp|python-httpx|Scrapy|urllib"),
    ("Go", r"Go-http-client|colly"), ("Java", r"^Java/|Apache-HttpClient|okhttp|Jakarta"), ("PHP", r"GuzzleHttp|^PHP"),
    ("Node", r"node-fetch|axios/|undici|^got |node-superagent"), ("Perl", r"libwww-perl|LWP::"),
    ("Ruby", r"^Ruby|Faraday"),
    ("Postman", r"PostmanRuntime|insomnia/"),
)  # fmt: skip

_NAMED = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in BOTS)
# "CUBOT" is a maker of telephones.
_ANY = re.compile(
    r"(?<!cu)bot\b|crawl|spider|scanner|scraper|monitor(?:ing)?\b|link ?check|validator|https?://", re.IGNORECASE
)
OTHER = "other bot"


@lru_cache(maxsize=4096)
def bot_name(user_agent: str) -> str:
    """The name of the machine behind `user_agent`, '' for what looks like a person's browser.

    A user agent that gives an address to look up (`+https://…`) is a machine by convention (RFC 9110, 10.1.5).
    """
    if not user_agent.strip():
        return NAMELESS
    for name, pattern in _NAMED:
        if pattern.search(user_agent):
            return name
    return OTHER if _ANY.search(user_agent) else ""
