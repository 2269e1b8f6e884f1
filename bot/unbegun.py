"""What of a job has an hour and has not begun. Pure."""

from publishers.engine.errors import Needs
from publishers.engine.model import Delivery, DeliveryStatus, Job, JobStatus, Wait

_RESTING = frozenset({DeliveryStatus.WAITING, DeliveryStatus.BLOCKED})


def unbegun(delivery: Delivery) -> bool:
    """It waits for its hour, or something keeps it from going though it has one."""
    if delivery.status not in _RESTING:
        return False
    late = delivery.needs is Needs.HOUR
    return late or delivery.wait is Wait.HOUR or (delivery.scheduled_at is not None and delivery.started_at is None)


def asleep(job: Job) -> bool:
    """Something has not begun, and nothing of it is on its way."""
    return job.status is not JobStatus.PUBLISHING and any(unbegun(delivery) for delivery in job.deliveries)


def held(delivery: Delivery) -> bool:
    """It was approved a moment ago and can still be undone."""
    return delivery.status is DeliveryStatus.WAITING and delivery.wait is Wait.HOLD


def called_off(job: Job) -> bool:
    """A person took back what had not begun, and nothing else is to come."""
    over = {JobStatus.SKIPPED, JobStatus.PARTIAL, JobStatus.PUBLISHED, JobStatus.FAILED}
    return job.status in over and any(delivery.reason == "cancelled" for delivery in job.deliveries)
