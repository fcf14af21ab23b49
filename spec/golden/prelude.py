# SPDX-License-Identifier: MIT
"""What the Python side of every topic sees: SQLAlchemy's names, the tables, `case`."""
import datetime  # noqa: F401
import decimal  # noqa: F401
import uuid  # noqa: F401

import sqlalchemy as sa  # noqa: F401
from schema import *  # noqa: F401, F403
from sqlalchemy import *  # noqa: F401, F403
from sqlalchemy import func  # noqa: F401
from sqlalchemy.dialects import postgresql as pg  # noqa: F401
from sqlalchemy.dialects import sqlite  # noqa: F401
