mod secrets;
mod settings;
mod sound;
mod store;
