//! What a colour is for. What must hold: a widget that knows only roles looks right in every theme and at every depth.

/// What a colour is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The room around the racks, the darkest.
    Page,
    /// A unit's body and a pane's fill, one step lighter than the room.
    Case,
    /// The body of what is selected or under the hand.
    CaseLit,
    /// The back of a unit: a cooler metal.
    Back,
    /// Ears and rails: darker metal.
    Ear,
    Screw,
    /// The hairline of light on a top edge.
    EdgeLight,
    /// The hairline of shadow on a bottom edge.
    EdgeShadow,
    /// The lit bezel and top edge of the selected unit.
    Bezel,
    Border,
    Text,
    /// Labels, units.
    Dim,
    Title,
    Accent,
    /// The glow: what is live right now.
    Bright,
    Good,
    Warning,
    Danger,
    Info,
    /// An LED that is off; it must stay visible on the case.
    Off,
    /// Empty part of a gauge.
    Track,
    LcdGlass,
    LcdText,
    LcdDim,
}

impl Role {
    pub const COUNT: usize = Role::LcdDim as usize + 1;

    pub const ALL: [Role; Role::COUNT] = [
        Role::Page,
        Role::Case,
        Role::CaseLit,
        Role::Back,
        Role::Ear,
        Role::Screw,
        Role::EdgeLight,
        Role::EdgeShadow,
        Role::Bezel,
        Role::Border,
        Role::Text,
        Role::Dim,
        Role::Title,
        Role::Accent,
        Role::Bright,
        Role::Good,
        Role::Warning,
        Role::Danger,
        Role::Info,
        Role::Off,
        Role::Track,
        Role::LcdGlass,
        Role::LcdText,
        Role::LcdDim,
    ];

    /// What a theme file calls it.
    pub fn slug(self) -> &'static str {
        match self {
            Role::Page => "page",
            Role::Case => "case",
            Role::CaseLit => "case-lit",
            Role::Back => "back",
            Role::Ear => "ear",
            Role::Screw => "screw",
            Role::EdgeLight => "edge-light",
            Role::EdgeShadow => "edge-shadow",
            Role::Bezel => "bezel",
            Role::Border => "border",
            Role::Text => "text",
            Role::Dim => "dim",
            Role::Title => "title",
            Role::Accent => "accent",
            Role::Bright => "bright",
            Role::Good => "good",
            Role::Warning => "warning",
            Role::Danger => "danger",
            Role::Info => "info",
            Role::Off => "off",
            Role::Track => "track",
            Role::LcdGlass => "lcd-glass",
            Role::LcdText => "lcd-text",
            Role::LcdDim => "lcd-dim",
        }
    }

    pub fn named(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.slug() == slug)
    }
}
