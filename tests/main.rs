mod secrets;
mod settings;
mod store;
