"""Facts about telling Telegram which way updates come: asked until it is taken, with the same data every time."""

import asyncio
from random import Random

import pytest

from bot.delivery.receiver import TokenRefusedError
from bot.delivery.registration import Registration
from bot.delivery.transport import Api
from tests.fake_faces import ROOT, FakeRequest
from tests.fake_telegram import FakeTelegram, Fault

URL = "https://bot.example.org/telegram"


def registration(fake: FakeTelegram) -> Registration:
    api = Api(FakeRequest(fake), FakeRequest(fake), ROOT, "123456:a-made-up-token")
    return Registration(api, random=Random(1))


async def test_the_webhook_is_set_with_its_secret_and_nothing_that_waits_is_dropped() -> None:
    fake = FakeTelegram()
    await registration(fake).ask_for_posts(URL, "open-sesame")
    assert fake.webhook == {
        "url": URL,
        "secret_token": "open-sesame",
        "allowed_updates": ["message", "callback_query", "my_chat_member"],
        "max_connections": 40,
        "drop_pending_updates": False,
    }
    assert fake.refusals == []


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.SERVER_ERROR, Fault.CUT, Fault.GARBAGE, Fault.TOO_MANY])
async def test_it_is_asked_for_until_telegram_takes_it(fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    fake = FakeTelegram()
    fake.fail(fault, method="setWebhook", times=5)
    fake.fail(fault, method="deleteWebhook", times=5)
    await registration(fake).ask_for_posts(URL, "open-sesame")
    assert fake.webhook is not None
    await registration(fake).ask_for_polling()
    assert fake.webhook is None
    assert "open-sesame" not in caplog.text


async def test_a_long_outage_is_waited_out_with_pauses_of_a_minute() -> None:
    fake = FakeTelegram()
    fake.fail(Fault.REFUSED, method="setWebhook", times=20)
    before = asyncio.get_running_loop().time()
    await registration(fake).ask_for_posts(URL, "open-sesame")
    assert 500 < asyncio.get_running_loop().time() - before < 1000


async def test_a_wait_telegram_asks_for_is_kept() -> None:
    fake = FakeTelegram()
    fake.fail(Fault.TOO_MANY, method="setWebhook", wait=45)
    before = asyncio.get_running_loop().time()
    await registration(fake).ask_for_posts(URL, "open-sesame")
    assert asyncio.get_running_loop().time() - before >= 45


async def test_a_refused_token_ends_it_with_a_clear_word() -> None:
    fake = FakeTelegram(token="987:another")
    for asked in (registration(fake).ask_for_posts(URL, "open-sesame"), registration(fake).ask_for_polling()):
        with pytest.raises(TokenRefusedError, match="TUTOR_TELEGRAM_TOKEN"):
            await asked
