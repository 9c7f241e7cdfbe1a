"""The cabinet: slot lights, doors, tamper, proximity, beeper and watchdog on a Modbus RTU input/output board."""
