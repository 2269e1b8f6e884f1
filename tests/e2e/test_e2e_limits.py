"""Limits as a person meets them: told before approval, waited for after it."""

from pathlib import Path

from fakes.stage import settled, staged

APPROVE = "✅ Aprobar"
TEXT = "Hoy hay pan de centeno"


def limited(most: int) -> dict[str, object]:
    return {"rate_limits": {"posts_per_hour": most}}


async def test_a_full_window_is_told_on_the_card_and_waited_for(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        graph = {"graph_url": stage.graph.url, **limited(2)}
        stage.overrides = {"publishing": {"platforms": {"facebook": graph}}}
        async with stage.play("facebook") as act:
            first = await act.draft("El primero de hoy")
            assert "esta hora" not in first.text
            assert "saldrá" not in first.text
            await act.phone.tap(first, APPROVE)
            await act.phone.until(lambda _: "🎉" in first.text)
            second = await act.draft("El segundo de hoy")
            assert "queda 1 de 2 esta hora" not in second.text, "half of it is not little"
            await act.phone.tap(second, "👀 Ver por red")
            await act.says("queda 1 de 2 esta hora")
            await act.phone.tap(second, APPROVE)
            await settled(act)
            third = await act.draft(TEXT)
            assert "⏸ límite lleno: saldrá a las 12:00" in third.text
            await act.phone.tap(third, APPROVE)
            waiting = await act.says("⏸ límite hasta las 12:00")
            assert act.public()["facebook"] == ["El primero de hoy", "El segundo de hoy"]
            await act.live(3660, step=60)
            await act.phone.until(lambda _: "🎉" in waiting.text)
            assert act.public()["facebook"][-1] == TEXT


async def test_what_a_post_costs_is_told_before_it_is_approved(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, stage.play("twitter") as act:
        assert "💳 cuesta 0,015 USD" in (await act.draft(TEXT)).text
        linked = await act.draft("Todo en https://panaderia.example/pan")
        assert "💳 cuesta 0,20 USD" in linked.text
        await act.phone.tap(linked, "🧪 Simular")
        await act.phone.until(lambda _: "de verdad costaría 0,20 USD" in linked.text)
