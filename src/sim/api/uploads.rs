pub const ENDPOINTS: &[super::Endpoint] = &[];
