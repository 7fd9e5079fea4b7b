"""Machines by name, people not."""

import pytest

from leadstern.visitors.bots import NAMELESS, OTHER, bot_name

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)
PEOPLE = [
    CHROME,
    CHROME + " Edg/141.0.0.0",
    CHROME + " OPR/122.0.0.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [FBAN/FBIOS;FBAV/480.0]",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 350.0.0.0",
]


@pytest.mark.parametrize("agent", PEOPLE)
def test_bot_name_of_a_persons_browser_is_empty(agent: str) -> None:
    assert bot_name(agent) == ""


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot"),
        (
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
            "GPTBot",
        ),
        ("Mozilla/5.0 AppleWebKit/537.36 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)", "Claude"),
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "Bingbot"),
        (CHROME.replace("Chrome/", "HeadlessChrome/"), "headless browser"),
        ("Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)", "UptimeRobot"),
        (CHROME + " Chrome-Lighthouse", "Lighthouse"),
        ("curl/8.5.0", "curl"),
        ("python-requests/2.32", "Python"),
        ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "Facebook preview"),
        ("WhatsApp/2.23.20.0", "WhatsApp preview"),
        (
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            "Mail image proxy",
        ),
        ("Mozilla/4.0 (compatible; ms-office; MSOffice 16)", "Microsoft scanner"),
        ("BarracudaCentral Link Scanner", "Barracuda"),
        ("AhrefsBot/7.0", "Ahrefs"),
        ("SomethingNew-bot/0.1", OTHER),
        ("NewCrawler 1.0", OTHER),
        ("Mozilla/5.0 (looks like a person; +https://example.com/about)", OTHER),
        ("", NAMELESS),
        ("   ", NAMELESS),
    ],
)
def test_bot_name_is(agent: str, name: str) -> None:
    assert bot_name(agent) == name
