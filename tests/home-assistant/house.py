"""The house of the tests: what is in it, where it stands, and what of it is exposed to Assist."""

CONFIGURATION = """
homeassistant:
  name: Test house
  latitude: 52.0
  longitude: 5.0
  elevation: 10
  unit_system: metric
  time_zone: UTC
  internal_url: http://127.0.0.1:PORT
  country: NL
  currency: EUR
http: { server_host: 127.0.0.1, server_port: PORT }
api:
websocket_api:
config:
conversation:
demo:
input_boolean:
  office_ceiling: { name: Switch of the office ceiling }
  office_desk: { name: Switch of the office desk }
  bedroom_desk: { name: Switch of the bedroom desk }
  kitchen_light: { name: Switch of the kitchen }
  street_door: { name: Bolt of the street door, initial: on }
  reading_corner: { name: Reading corner }
  window_bedroom: { name: Contact of the bedroom window }
  window_kitchen: { name: Contact of the kitchen window }
input_number:
  office_level: { name: Level of the office ceiling, min: 0, max: 255, step: 1, initial: 128 }
  bedroom_degrees: { name: Degrees of the bedroom, min: -20, max: 60, step: 0.1, initial: 21.5 }
light:
  - platform: template
    lights:
LIGHTS
template:
  - binary_sensor:
      - { name: Bedroom window, unique_id: bedroom_window, device_class: window,
          state: "{{ is_state('input_boolean.window_bedroom', 'on') }}" }
      - { name: Kitchen window contact, unique_id: kitchen_window, device_class: window,
          state: "{{ is_state('input_boolean.window_kitchen', 'on') }}" }
    sensor:
      - { name: Bedroom temperature, unique_id: bedroom_temperature, device_class: temperature,
          unit_of_measurement: "°C", state: "{{ states('input_number.bedroom_degrees') }}" }
lock:
  - platform: template
    name: Street door
    unique_id: street_door
    value_template: "{{ is_state('input_boolean.street_door', 'on') }}"
    lock: { service: input_boolean.turn_on, target: { entity_id: input_boolean.street_door } }
    unlock: { service: input_boolean.turn_off, target: { entity_id: input_boolean.street_door } }
media_player:
  - { platform: universal, name: Television, unique_id: television, children: [media_player.living_room] }
scene:
  - { name: Movie night, id: movie_night, entities: { light.office_ceiling: { state: "off" }, light.office_desk: { state: "on" } } }
script:
  good_night:
    alias: Good night
    sequence:
      - { service: homeassistant.turn_off, target: { entity_id: [light.office_ceiling, light.office_desk, light.kitchen_main] } }
automation:
  - alias: Reading corner
    id: reading_corner
    trigger: [{ platform: conversation, command: ["cosy reading time begins"] }]
    action:
      - { service: input_boolean.turn_on, target: { entity_id: input_boolean.reading_corner } }
      - { set_conversation_response: "Enjoy your book" }
logger: { default: warning }
"""

# What a Home Assistant without a token for Rosie has: its states on the broker, and an automation that does what Rosie wants
# (docs/mqtt.md). Not at the first start, for it needs the broker's entry.
STATESTREAM = """
mqtt_statestream: { base_topic: statestream, publish_attributes: true, include: { domains: [light, cover, lock] } }
automation:
  - alias: What Rosie wants
    mode: queued
    max: 20
    trigger: { platform: mqtt, topic: tokenless/home/call }
    action:
      - service: "{{ trigger.payload_json.domain }}.{{ trigger.payload_json.service }}"
        target: { entity_id: "{{ trigger.payload_json.entity_id }}" }
        data: "{{ trigger.payload_json.data }}"
"""

LIGHT = """
      {id}:
        friendly_name: "{name}"
        unique_id: "{id}"
        value_template: "{{{{ is_state('input_boolean.{switch}', 'on') }}}}"
        turn_on: {{ service: input_boolean.turn_on, target: {{ entity_id: input_boolean.{switch} }} }}
        turn_off: {{ service: input_boolean.turn_off, target: {{ entity_id: input_boolean.{switch} }} }}
"""
LEVEL = """
        level_template: "{{ states('input_number.office_level') | int }}"
        set_level:
          - { service: input_number.set_value, target: { entity_id: input_number.office_level }, data: { value: "{{ brightness }}" } }
          - { service: input_boolean.turn_on, target: { entity_id: input_boolean.office_ceiling } }
"""
LIGHTS = {
    "office_ceiling": ("Office ceiling", "office_ceiling"),
    "office_desk": ("Office desk lamp", "office_desk"),
    "bedroom_desk": ("Bedroom desk lamp", "bedroom_desk"),
    "kitchen_main": ("Kitchen main light", "kitchen_light"),
}
CONFIGURATION = CONFIGURATION.replace(
    "LIGHTS",
    "".join(
        (LIGHT.format(id=id, name=name, switch=switch) + (LEVEL if id == "office_ceiling" else "")).rstrip()
        for id, (name, switch) in LIGHTS.items()
    ),
)

FLOORS = {"Ground floor": ["downstairs"], "Upper floor": ["upstairs"]}
AREAS = {
    "Office": "upper_floor",
    "Bedroom": "upper_floor",
    "Kitchen": "ground_floor",
    "Living room": "ground_floor",
    "Hall": "ground_floor",
    "Garage": "ground_floor",
}
# Entity → area and other names.
PLACES = {
    "light.office_ceiling": ("office", []),
    "light.office_desk": ("office", ["desk lamp"]),
    "light.bedroom_desk": ("bedroom", ["desk lamp"]),
    "light.kitchen_main": ("kitchen", []),
    "light.bed_light": ("bedroom", []),
    "binary_sensor.bedroom_window": ("bedroom", []),
    "binary_sensor.kitchen_window_contact": ("kitchen", []),
    "sensor.bedroom_temperature": ("bedroom", []),
    "cover.garage_door": ("garage", ["garage"]),
    "cover.living_room_window": ("living_room", ["living room blind"]),
    "lock.street_door": ("hall", []),
    "climate.heatpump": ("living_room", ["thermostat"]),
    "fan.living_room_fan": ("living_room", []),
    "media_player.television": ("living_room", []),
    "switch.decorative_lights": ("living_room", []),
}
# Besides what Home Assistant exposes by itself.
EXPOSED = [
    "lock.street_door",
    "weather.demo_weather_south",
    "script.good_night",
    "scene.movie_night",
    "input_boolean.office_desk",
]
HIDDEN = ["switch.ac", "light.ceiling_lights"]


async def furnish(socket, call):
    """Floors, areas, names and what is exposed, in a Home Assistant that runs."""
    for name in ("shopping_list", "local_todo"):
        flow = call("POST", "/api/config/config_entries/flow", {"handler": name})
        answers = {"todo_list_name": "Chores"} if name == "local_todo" else {}
        if flow["type"] == "form":
            call("POST", f"/api/config/config_entries/flow/{flow['flow_id']}", answers)
    async with socket:
        floors = {}
        try:
            for name, aliases in FLOORS.items():
                floor = await socket.ask("config/floor_registry/create", name=name, aliases=aliases)
                floors[floor["floor_id"]] = True
        except RuntimeError:
            floors = {}  # before 2024.4
        # Older versions make some rooms of their own at the first start.
        known = {area["name"].lower() for area in await socket.ask("config/area_registry/list")}
        for name, floor in AREAS.items():
            more = {"floor_id": floor} if floor in floors else {}
            if name.lower() not in known:
                await socket.ask("config/area_registry/create", name=name, **more)
        areas = {area["name"].lower(): area for area in await socket.ask("config/area_registry/list")}
        for name, floor in AREAS.items():
            if floor in floors:
                area = areas[name.lower()]["area_id"]
                await socket.ask("config/area_registry/update", area_id=area, floor_id=floor)
        for entity, (area, aliases) in PLACES.items():
            area = areas[area.replace("_", " ")]["area_id"]
            await socket.ask("config/entity_registry/update", entity_id=entity, area_id=area, aliases=aliases)
        for entities, exposed in ((EXPOSED, True), (HIDDEN, False)):
            await socket.ask(
                "homeassistant/expose_entity", assistants=["conversation"], entity_ids=entities, should_expose=exposed
            )
