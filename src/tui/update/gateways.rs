//! The port book and the gateways: shown, asked for, changed. What must hold: what changes a gateway's container is shown
//! as a plan first.

use super::Turn;
use crate::{
    domain::{
        app::App,
        fault::Fault,
        gateway::{Gateway, url_of},
        ids::AppId,
        port_book::Look,
    },
    engine::{Answer, Query, Request, Tone},
    tui::{
        command::Command,
        effect::Effect,
        event::Ticket,
        layers::{
            Layer,
            forms::{GatewayForm, Page, PublishForm},
            gateways::{Gateways, Item, items},
            ports::{Ports, Typing},
            preview::PreviewPane,
        },
        model::Wish,
    },
};

impl Turn<'_> {
    pub fn show_ports(&mut self) {
        self.model.layers.push(Layer::Ports(Box::new(Ports::unasked())));
        self.ask_ports(Look::Books);
    }

    fn ports(&mut self) -> Option<&mut Ports> {
        match self.model.layers.last_mut() {
            Some(Layer::Ports(ports)) => Some(ports),
            _ => None,
        }
    }

    fn ask_ports(&mut self, look: Look) {
        let ticket = self.ticket(Wish::Beside);
        if let Some(ports) = self.ports() {
            ports.flight = Some((ticket, look));
            self.effects.push(Effect::Query(ticket, Query::PortBook(look)));
        }
    }

    pub fn wish_for_ports(&mut self, command: Command) {
        match command {
            Command::Filter => {
                if let Some(ports) = self.ports() {
                    ports.typing = Typing::Filter;
                }
            }
            Command::Sort => {
                let Some(ports) = self.ports() else { return };
                ports.sort = ports.sort.next();
                let words = ports.sort.words();
                self.echo(format!("by {words}"));
            }
            _ if self.ports().is_some_and(|ports| ports.flight.is_some()) => {}
            _ => self.ask_ports(Look::Inside),
        }
    }

    pub fn step_ports(&mut self, by: isize) {
        if let Some(ports) = self.ports() {
            ports.chip = ports.chip.step(by);
            ports.settle();
        }
    }

    /// The filter is kept, or the app under the hand is gone to.
    pub fn enter_ports(&mut self) {
        let Some(ports) = self.ports() else { return };
        if ports.typing == Typing::Filter {
            ports.typing = Typing::List;
            return;
        }
        if let Some(app) = ports.held() {
            self.go_to_app(&app);
        }
    }

    /// The filter goes first, then the book.
    pub fn back_from_ports(&mut self) {
        let Some(ports) = self.ports() else { return };
        if ports.typing == Typing::Filter || !ports.filter.is_empty() {
            ports.typing = Typing::List;
            ports.filter.clear();
            ports.settle();
        } else {
            self.model.layers.pop();
        }
    }

    fn go_to_app(&mut self, app: &AppId) {
        let guest = self.model.world.fleet.app(app).map(|app| app.guest.clone());
        match guest.filter(|guest| self.model.world.entry(guest).is_some()) {
            Some(guest) => {
                self.model.layers.clear();
                self.show_unit(&guest);
            }
            None => self.tell(Tone::Info, "it is not there any more"),
        }
    }

    /// With the hand on the app that was under it.
    pub fn show_gateways(&mut self) {
        let fleet = self.model.world.fleet.clone();
        let app = self.model.under_hand().and_then(|key| fleet.app_of(key)).map(|app| &app.id);
        let at = items(&fleet).iter().position(|item| app.is_some() && item.app() == app).unwrap_or(0);
        self.model.layers.push(Layer::Gateways(Gateways { at, flight: None }));
    }

    fn held_item(&self) -> Option<Item> {
        match self.model.layers.last() {
            Some(Layer::Gateways(gateways)) => items(&self.model.world.fleet).into_iter().nth(gateways.at),
            _ => None,
        }
    }

    fn app(&self, id: Option<&AppId>) -> Option<App> {
        self.model.world.fleet.app(id?).cloned()
    }

    pub fn enter_gateways(&mut self) {
        match self.held_item() {
            Some(Item::None(_)) => self.wish_for_gateway(Command::MakeGateway),
            Some(item) => {
                if let Some(app) = item.app() {
                    self.go_to_app(app);
                }
            }
            None => {}
        }
    }

    pub fn wish_for_gateway(&mut self, command: Command) {
        let item = self.held_item();
        let gateway = self.app(item.as_ref().and_then(Item::gateway));
        match (command, gateway) {
            (Command::MakeGateway, _) => self.gateway_form(),
            (_, None) => self.tell(Tone::Info, "there is no gateway here: [n] makes one"),
            (Command::PublishNow, Some(gateway)) => {
                let words = vec!["It gets the routes that follow from the apps; no connection is broken.".to_owned()];
                let request = Request::Publish(gateway.id);
                self.preview(PreviewPane::one(&*gateway.name, "publish", words, request));
            }
            (Command::RootCertificate, Some(gateway)) => self.ask_root(gateway.id),
            (Command::Delete, Some(gateway)) => {
                let words = vec![
                    "It goes into the recycle bin. Its apps stay, and are reached by their own addresses.".to_owned(),
                ];
                self.preview(PreviewPane::one(&*gateway.name, "remove", words, Request::Bin(gateway.id)));
            }
            (Command::Publishing, Some(gateway)) => self.publish_form(item.as_ref().and_then(Item::app), &gateway),
            (_, Some(_)) => self.copy_public_url(item.as_ref()),
        }
    }

    fn gateway_form(&mut self) {
        let fleet = &self.model.world.fleet;
        let without = fleet.hosts.iter().map(|host| host.id.clone()).filter(|host| Gateway::on(fleet, host).is_none());
        let hosts: Vec<_> = without.collect();
        if hosts.is_empty() {
            return self.tell(Tone::Info, "every host has its gateway");
        }
        let taken = self.model.around().taken;
        self.open_form(Page::Gateway(Box::new(GatewayForm::on(&hosts, taken))));
    }

    fn publish_form(&mut self, app: Option<&AppId>, gateway: &App) {
        let Some(app) = self.app(app).filter(|app| !Gateway::is(app)) else {
            return self.tell(Tone::Info, "this is the gateway itself: [E] among the apps changes its settings");
        };
        let now = app.book.as_ref().map(|book| book.publishing.clone()).unwrap_or_default();
        let domain =
            Gateway::of(gateway).and_then(|gateway| gateway.domain).map_or_else(String::new, |it| it.to_string());
        self.open_form(Page::Publish(PublishForm::of(app.id, &app.name, &domain, &now)));
    }

    fn copy_public_url(&mut self, item: Option<&Item>) {
        let wanted = match item {
            Some(Item::Route { url: Some(url), .. }) => Some(url.clone()),
            other => {
                let app = self.app(other.and_then(Item::app));
                app.and_then(|app| url_of(&self.model.world.fleet, &app))
            }
        };
        match wanted {
            Some(url) => {
                let said = format!("copied {url}: open it in your browser");
                self.copy(url, said);
            }
            None => self.tell(Tone::Info, "there is nothing to open"),
        }
    }

    fn ask_root(&mut self, gateway: AppId) {
        let ticket = self.ticket(Wish::Beside);
        if let Some(Layer::Gateways(gateways)) = self.model.layers.last_mut() {
            gateways.flight = Some(ticket);
            self.effects.push(Effect::Query(ticket, Query::GatewayRoot(gateway)));
        }
    }

    /// The certificate that was asked for goes to the clipboard.
    pub fn root_answered(&mut self, ticket: Ticket, result: &Result<Answer, Fault>) {
        let waited = self.model.layers.iter_mut().any(|layer| match layer {
            Layer::Gateways(gateways) => gateways.flight.take_if(|flight| *flight == ticket).is_some(),
            _ => false,
        });
        match result {
            Ok(Answer::Text(text)) if waited => {
                let said = "copied its certificate: keep it as a .crt file, and let your browser trust it";
                self.copy(text.clone(), said);
            }
            Err(fault) if waited => self.fail(fault),
            _ => {}
        }
    }
}
