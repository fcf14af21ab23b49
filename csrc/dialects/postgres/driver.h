/* SPDX-License-Identifier: MIT */
/*
 * The PostgreSQL driver, over libpq without ever blocking in it; names of hosts are looked
 * up in a thread. Environment variables (PGHOST, PGPASSWORD, …), service files and ~/.pgpass
 * are not looked at. Options of the URL are libpq's connection keywords that concern the
 * network, encryption and the session (sslmode, keepalives, application_name, options, …), and
 *     host, port, hostaddr     as the URL's own parts; a host with a slash is a socket folder
 *     connect_timeout=30       seconds until an attempt to connect is given up; 0 never
 *     cached_statements=250    prepared statements to keep on the server; 0 prepares none,
 *                              as connections behind a pooling proxy need it
 */
#ifndef CORM_DIALECTS_POSTGRES_DRIVER_H
#define CORM_DIALECTS_POSTGRES_DRIVER_H

#include "engine/driver.h"

extern const struct corm_driver_ops corm_postgres_driver;

#endif
